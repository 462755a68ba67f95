// @module-tag stores-alike

import { storeContract } from '../adapters/store-contract/store-contract.ts';
import { createMemoryStores } from './memory-stores.ts';

storeContract('memory', async (observe) => createMemoryStores(observe));
