import { SEARCH_ATTRIBUTES } from '../../workflows/contract.ts';
import { withTemporal } from './temporal-connection.ts';

/** Temporal's enum value for the type Keyword: text that is compared whole. */
const KEYWORD = 2;
/** The call runs once, when the stack starts. A busy server gets one long timeout and no retries. */
const CONNECT_WITHIN_MS = 30_000;

/**
 * Registers the search attributes on a Temporal server that this stack did not start: the start of a workflow with an
 * unknown attribute hangs. Existing attributes stay as they are. Throws if the server is out of reach or denies
 * permission.
 */
export async function registerSearchAttributes(address: string, namespace: string): Promise<void> {
  try {
    await withTemporal(
      address,
      async ({ operatorService }) => {
        const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
        const missing = Object.values(SEARCH_ATTRIBUTES).filter((name) => customAttributes?.[name] === undefined);
        if (missing.length === 0) return;
        const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
        await operatorService.addSearchAttributes({ namespace, searchAttributes });
      },
      CONNECT_WITHIN_MS,
    );
  } catch (cause) {
    throw new Error(
      `The Temporal server at TEMPORAL_ADDRESS (${address}) cannot be prepared: ${(cause as Error).message}`,
      { cause },
    );
  }
}
