import { SEARCH_ATTRIBUTES } from '../../workflows/contract.ts';
import { withTemporal } from './temporal-connection.ts';

/** The number that Temporal's interface gives to the type Keyword: text that is compared whole. */
const KEYWORD = 2;
/** It is asked once, when the stack starts: a busy server gets more time than one that is asked again and again. */
const CONNECT_WITHIN_MS = 30_000;

/**
 * Registers the search attributes on a Temporal server that this stack did not start: the start of a workflow that
 * names an unknown one hangs. Those that are there stay as they are. Throws where the server is out of reach or does
 * not let us.
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
