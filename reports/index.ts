import type { Catalog } from '../core/domain/catalog.ts';
import { activityLog } from './activity-log.ts';
import { attendance } from './attendance.ts';
import { checkIn } from './check-in.ts';
import { emailDeliverability } from './email-deliverability.ts';
import { guestList } from './guest-list.ts';
import { orders } from './orders.ts';
import { registrationTimeline } from './registration-timeline.ts';
import { sponsorLeads } from './sponsor-leads.ts';
import { ticketBlockUtilization } from './ticket-block-utilization.ts';
import { ticketing } from './ticketing.ts';
import { transactions } from './transactions.ts';

/** Every report of this deployment, in the order in which the report center offers them. */
export const catalog: Catalog = {
  reports: [
    orders,
    guestList,
    registrationTimeline,
    ticketing,
    ticketBlockUtilization,
    checkIn,
    attendance,
    sponsorLeads,
    emailDeliverability,
    transactions,
    activityLog,
  ],
};
