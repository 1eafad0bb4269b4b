import type { Inspection, OpenFile, ReadLimits } from './reading.ts';

export const inspectFile = async (_open: OpenFile, _limits: ReadLimits): Promise<Inspection> => {
  throw new Error('soon');
};
