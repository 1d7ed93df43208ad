import { chromium } from 'playwright-core';
import { createServer } from 'node:http'; import { readFile } from 'node:fs/promises'; import { extname } from 'node:path';
const types={'.html':'text/html','.js':'text/javascript','.mjs':'text/javascript','.css':'text/css','.wasm':'application/wasm','.png':'image/png','.svg':'image/svg+xml','.json':'application/json'};
const s=createServer(async(q,r)=>{try{const f=await readFile('/tmp/site'+new URL(q.url,'http://x').pathname);r.setHeader('content-type',types[extname(q.url.split('?')[0])]??'application/octet-stream');r.end(f)}catch{r.statusCode=404;r.end()}}).listen(4666);
const b=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox']});
const only=process.argv.slice(2);
for(const [w,scheme] of [[1440,'light'],[390,'dark']]){const c=await b.newContext({viewport:{width:w,height:844},colorScheme:scheme});const p=await c.newPage();p.setDefaultTimeout(60000);
p.on('console',m=>m.type()==='error'&&console.log(m.text()));p.on('requestfailed',r=>console.log('failed',r.url()));
await p.goto('http://localhost:4666/applications.html');
for(const t of only){const f=p.getByRole('figure',{name:t});await f.getByRole('button',{name:'Start'}).click();await f.locator('canvas').first().waitFor();await p.waitForTimeout(3000);
 const box=await f.locator('canvas').first().boundingBox();await f.locator('canvas').first().scrollIntoViewIfNeeded();const bb=await f.locator('canvas').first().boundingBox();
 await p.mouse.move(bb.x+bb.width*.3,bb.y+bb.height*.3);await p.mouse.down();await p.mouse.move(bb.x+bb.width*.6,bb.y+bb.height*.55,{steps:10});await p.mouse.up();await p.waitForTimeout(2500);
 await f.screenshot({path:`/work/verify/draw/${t.slice(0,6)}-${w}.png`});}
await c.close();}
await b.close();s.close();
