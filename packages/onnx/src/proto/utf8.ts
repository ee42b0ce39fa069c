// The Encoding standard, which browsers and Node share. Declared here because this entry is compiled without the types of
// either: https://encoding.spec.whatwg.org/
declare const TextDecoder: new (
  label: 'utf-8',
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/** Text of UTF-8. @throws TypeError for bytes that are not. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
