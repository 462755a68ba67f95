import type { Catalog } from '../core/domain/catalog.ts';
import { orders } from './orders.ts';

/** Every report of this deployment, in the order in which the report center offers them. */
export const catalog: Catalog = { reports: [orders] };
