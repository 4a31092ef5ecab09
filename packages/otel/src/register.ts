import { startNodeSdk } from './node-sdk.ts';

startNodeSdk();
