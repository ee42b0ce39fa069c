// The Encoding standard, which browsers and Node share. Declared here because this entry is compiled without the types of
// either: https://encoding.spec.whatwg.org/
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };

/** Text of UTF-8. @throws TypeError for bytes that are not. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** UTF-8 of text. Half a surrogate pair, which is no character, is replaced. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
