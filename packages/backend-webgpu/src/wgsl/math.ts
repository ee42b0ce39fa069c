/**
 * Functions of f32 within a few units in the last place. WGSL's own may be off by much more (its `exp` by 3 + 2|x| units), and
 * say nothing of NaN and infinities.
 *
 * Sources: Cody and Waite, _Software Manual for the Elementary Functions_ (1980), for the reductions; the polynomials are those of
 * Cephes' single precision functions (S. L. Moshier, 1992).
 */
export const mathFunctions = `
const infinityBits = 0x7f800000u;
const nanBits = 0x7fc00000u;
fn powerOfTwo(n: i32) -> f32 { return bitcast<f32>(u32(n + 127) << 23u); }
fn scaled(x: f32, n: i32) -> f32 { let half = n / 2; return x * powerOfTwo(half) * powerOfTwo(n - half); }
fn expOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x > 88.72284) { return fromBits(infinityBits); }
  if (x < -103.97208) { return 0.0; }
  let n = floor(x * 1.44269504088896341 + 0.5);
  var r = x - n * 0.693359375;
  r = r + n * 2.12194440e-4;
  let p = ((((1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3) * r + 4.1665795894e-2) * r
    + 1.6666665459e-1) * r + 5.0000001201e-1;
  return scaled(p * r * r + r + 1.0, i32(n));
}
fn expm1Of(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x > 0.4 || x < -0.4) { return expOf(x) - 1.0; }
  // Taylor's series; the last term is below half a unit for these x.
  return x + x * x * (0.5 + x * (0.16666667 + x * (0.041666667 + x * (0.0083333333 + x * (0.0013888889
    + x * (0.00019841270 + x * (2.4801587e-5 + x * 2.7557319e-6)))))));
}
fn logOf(x: f32) -> f32 {
  if (isNan(x) || x < 0.0) { return fromBits(nanBits); }
  var bits = bitcast<u32>(x);
  if ((bits & 0x7fffffffu) == 0u) { return fromBits(0xff800000u); }
  if (bits == infinityBits) { return x; }
  var e = 0;
  if (bits < 0x00800000u) {
    // Subnormal: an integer times 2^-149, which fits a float.
    let whole = f32(bits);
    bits = bitcast<u32>(whole);
    e = -149;
  }
  e = e + i32(bits >> 23u) - 126;
  var m = bitcast<f32>((bits & 0x007fffffu) | 0x3f000000u);
  if (m < 0.70710678) { e = e - 1; m = m + m - 1.0; } else { m = m - 1.0; }
  let fe = f32(e);
  let y = logSeries(m) - 2.12194440e-4 * fe;
  return (m + (y - 0.5 * m * m)) + 0.693359375 * fe;
}
// ln(1 + m) − m + m²/2, for 1 + m between √½ and √2.
fn logSeries(m: f32) -> f32 {
  return ((((((((7.0376836292e-2 * m - 1.1514610310e-1) * m + 1.1676998740e-1) * m - 1.2420140846e-1) * m
    + 1.4249322787e-1) * m - 1.6668057665e-1) * m + 2.0000714765e-1) * m - 2.4999993993e-1) * m + 3.3333331174e-1) * m * m * m;
}
fn log1pOf(x: f32) -> f32 {
  if (isNan(x) || x < -1.0) { return fromBits(nanBits); }
  if (x == -1.0) { return fromBits(0xff800000u); }
  if (bitcast<u32>(x) == infinityBits || abs(x) < 1e-8) { return x; }
  if (x > -0.29 && x < 0.41) { return x + (logSeries(x) - 0.5 * x * x); }
  return logOf(1.0 + x);
}
fn sigmoidOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  if (x >= 0.0) { return 1.0 / (1.0 + expOf(-x)); }
  let e = expOf(x);
  return e / (1.0 + e);
}
fn tanhOf(x: f32) -> f32 {
  if (isNan(x)) { return x; }
  let a = abs(x);
  if (a > 9.1) { return select(1.0, -1.0, x < 0.0); }
  if (a < 0.625) {
    let z = x * x;
    return ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z
      - 3.33332819422e-1) * z * x + x;
  }
  let t = 1.0 - 2.0 / (expOf(2.0 * a) + 1.0);
  return select(t, -t, x < 0.0);
}
// x modulo π/2, for any finite x: the quotient's lowest bits and the rest. Up to 8192 by Cody and Waite; beyond with as many bits of
// 2/π as the exponent calls for (Payne and Hanek 1983), in integers.
struct Reduced { quadrant: u32, rest: f32 };
fn twoOverPi(word: u32) -> u32 {
  switch (word) {
    case 0u: { return 0u; }
    case 1u: { return 0xa2f9836eu; }
    case 2u: { return 0x4e441529u; }
    case 3u: { return 0xfc2757d1u; }
    case 4u: { return 0xf534ddc0u; }
    case 5u: { return 0xdb629599u; }
    case 6u: { return 0x3c439041u; }
    default: { return 0xfe5163abu; }
  }
}
fn wideProduct(a: u32, b: u32) -> vec2<u32> {
  let a0 = a & 0xffffu; let a1 = a >> 16u; let b0 = b & 0xffffu; let b1 = b >> 16u;
  let low = a0 * b0;
  let m1 = a1 * b0 + (low >> 16u);
  let m2 = a0 * b1 + (m1 & 0xffffu);
  return vec2<u32>((m2 << 16u) | (low & 0xffffu), a1 * b1 + (m1 >> 16u) + (m2 >> 16u));
}
fn reduced(x: f32) -> Reduced {
  let a = abs(x);
  if (a < 8192.0) {
    let n = floor(a * 0.63661977 + 0.5);
    var r = a - n * 1.5703125;
    r = r - n * 4.837512969970703125e-4;
    r = r - n * 7.549789948768648e-8;
    return Reduced(u32(n), r);
  }
  let bits = bitcast<u32>(a);
  let e = i32(bits >> 23u) - 127 - 23;
  let m = (bits & 0x007fffffu) | 0x00800000u;
  // The bits of 2/π from the one that makes multiples of 4 quadrants on.
  let start = u32(e + 30);
  let word = start >> 5u;
  let shift = start & 31u;
  var w0 = twoOverPi(word); var w1 = twoOverPi(word + 1u); var w2 = twoOverPi(word + 2u);
  let w3 = twoOverPi(word + 3u);
  if (shift > 0u) {
    w0 = (w0 << shift) | (w1 >> (32u - shift));
    w1 = (w1 << shift) | (w2 >> (32u - shift));
    w2 = (w2 << shift) | (w3 >> (32u - shift));
  }
  let p2 = wideProduct(m, w2);
  let p1 = wideProduct(m, w1);
  let middle = p1.x + p2.y;
  let high = m * w0 + p1.y + select(0u, 1u, middle < p1.x);
  // high: two bits of the quadrant, then the fraction of it.
  var quadrant = high >> 30u;
  var fraction = (high << 2u) | (middle >> 30u);
  var below = middle << 2u;
  let up = fraction >= 0x80000000u;
  if (up) {
    quadrant = quadrant + 1u;
    fraction = ~fraction;
    below = ~below;
  }
  var value = f32(fraction) * 2.3283064365386963e-10 + f32(below) * 5.421010862427522e-20;
  value = value * 1.5707963267948966;
  return Reduced(quadrant, select(value, -value, up));
}
fn sinPolynomial(r: f32) -> f32 {
  let z = r * r;
  return ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * r + r;
}
fn cosPolynomial(r: f32) -> f32 {
  let z = r * r;
  return ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
}
fn sinOf(x: f32) -> f32 {
  if (isNan(x) || (bitcast<u32>(x) & 0x7fffffffu) == infinityBits) { return fromBits(nanBits); }
  let q = reduced(x);
  let s = select(sinPolynomial(q.rest), cosPolynomial(q.rest), (q.quadrant & 1u) == 1u);
  return select(s, -s, ((q.quadrant & 2u) == 2u) != (x < 0.0));
}
fn cosOf(x: f32) -> f32 {
  if (isNan(x) || (bitcast<u32>(x) & 0x7fffffffu) == infinityBits) { return fromBits(nanBits); }
  let q = reduced(x);
  let s = select(cosPolynomial(q.rest), sinPolynomial(q.rest), (q.quadrant & 1u) == 1u);
  return select(s, -s, ((q.quadrant + 1u) & 2u) == 2u);
}
fn roundOf(x: f32) -> f32 { return select(round(x), x, isNan(x)); }
`;
