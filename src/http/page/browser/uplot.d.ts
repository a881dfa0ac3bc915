/** The page's address of the library: `src/http/page/assets.ts` serves it under this name. */
export { default } from 'uplot';
