// What the bundler understands beyond TypeScript.

declare module '*.css';

interface ImportMeta {
  readonly env: { readonly SSR: boolean; readonly BASE_URL: string; readonly DEV: boolean };
}
