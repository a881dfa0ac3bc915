import { stopTestServers } from './servers.ts';

export default stopTestServers;
