import type { FastifyInstance } from 'fastify';
import type { AppDeps } from '../../deps.ts';
import { massEditDecisionRoutes } from './decisions.ts';
import { massEditDownloadRoutes } from './downloads.ts';
import { massEditEventRoutes } from './events.ts';
import { massEditFindingRoutes } from './findings.ts';
import { massEditRowRoutes } from './rows.ts';
import { massEditStateRoutes } from './state.ts';
import { massEditUploadRoutes } from './upload.ts';

/** All routes of mass edits: start, watch, read, answer, and download files. */
export async function massEditRoutes(app: FastifyInstance, deps: AppDeps): Promise<void> {
  for (const routes of [
    massEditUploadRoutes,
    massEditStateRoutes,
    massEditEventRoutes,
    massEditRowRoutes,
    massEditFindingRoutes,
    massEditDownloadRoutes,
    massEditDecisionRoutes,
  ]) {
    await app.register(routes, deps);
  }
}
