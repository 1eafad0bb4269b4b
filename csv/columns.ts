import type { AttributeHeader } from '../activities/rules/headers.ts';
import { OWN_HEADERS } from '../activities/rules/own-headers.ts';

/** The header of a template. */
export const templateHeaders = (
  _attributes: readonly Pick<AttributeHeader, 'name'>[],
  _options: { backdating: boolean },
): string[] => [OWN_HEADERS.email];
/** The example row of the create template, in the order of `templateHeaders`. */
export const exampleRow = (_attributes: readonly AttributeHeader[], _options: { backdating: boolean }): string[] => [];
