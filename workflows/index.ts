export { massEdit } from './mass-edit.ts';
