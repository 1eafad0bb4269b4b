import type { FastifyInstance } from 'fastify';
import type { AppDeps } from '../app.ts';
import { massEditDecisionRoutes } from './mass-edits-decisions.ts';
import { massEditDownloadRoutes } from './mass-edits-downloads.ts';
import { massEditEventRoutes } from './mass-edits-events.ts';
import { massEditFindingRoutes } from './mass-edits-findings.ts';
import { massEditRowRoutes } from './mass-edits-rows.ts';
import { massEditStateRoutes } from './mass-edits-state.ts';
import { massEditUploadRoutes } from './mass-edits-upload.ts';

/** All that there is to do with a mass edit: start it, watch it, look into it, answer it, take its files. */
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
