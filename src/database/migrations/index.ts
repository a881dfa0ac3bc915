/** Every migration, oldest first. Listed here so that the compiled package has no folder to search; a name, once released, never changes. */
import { Initial } from './0001-initial.ts';

export const MIGRATIONS = [{ name: '0001-initial', class: Initial }];
