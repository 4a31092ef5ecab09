import { getObserver } from '@outrider/core';
import { FRAMEWORKS } from '../frameworks.ts';
import { load } from './load.ts'; import { HTTP2_CONVERSATIONS } from './http2-conversations.ts';
import { total } from '../readings.ts';
const fw = FRAMEWORKS.find(f=>f.name===process.argv[2])!;
const server = await fw.create({});
const open = new Map<any, any>();
server.prependListener('request', (q: any, r: any) => { open.set(r, {q, log: [] as string[]}); const o=open.get(r); for (const e of ['close','finish','error','aborted']) r.on(e,()=>o.log.push('res '+e)); for (const e of ['close','end','error','aborted']) q.on(e,()=>o.log.push('req '+e)); r.stream.on('close',()=>o.log.push('stream close')); r.stream.on('aborted',()=>o.log.push('stream aborted')); r.stream.session?.on('close',()=>o.log.push('session close')); r.on('close',()=>open.delete(r)); });
await new Promise<void>(r=>server.listen(0,'127.0.0.1',()=>r()));
const port=(server.address() as any).port; const seed=+(process.argv[3]??1);
for (let i=0;i<+(process.argv[4]??6);i++) { await load({port,requests:4000,concurrency:64,seed:seed+i*100,conversations:HTTP2_CONVERSATIONS}); await new Promise(r=>setTimeout(r,500));
 const active=total(getObserver(),'http.server.active_requests'); console.log(seed+i*100,'active',active,'open',open.size);
 for (const [r,o] of open) console.log(o.q.url,o.log.join(','),'stream destroyed',r.stream?.destroyed,'closed',r.stream?.closed,'aborted',r.stream?.aborted, 'session', r.stream?.session?.destroyed, 'headersSent',r.headersSent,'ended',r.writableEnded);
 open.clear(); }
process.exit();
