import cf from 'cloudfront';
import crypto from 'crypto';
const store=cf.kvs();
const G=86400;
const am=5;
const aH={missing:'missing',expired:'expired',path:'path',viewer:'viewer',revoked:'revoked',store:'unavailable'};
const V2={ver:'n',iat:'n',exp:'n',nbf:'n',sst:'n',sid:'s',bind:'s',paths:'l',exc:'l',attr:'l',headers:'l',qs:'l',opt:'m'};
const V1={ver:'',exp:'n',nbf:'n',iat:'n',ip_ver:'n',intsig:'s',paths:'l',exc:'l',headers:'l',qs:'l',ip:'b',co:'b',cty:'b',reg:'b',ssn:'b',co_fallback:'b',reg_fallback:'b'};
const aG={co:'country',reg:'country-region',cty:'city'};
async function handler(c){
const request=c.request;
if(request.method==='OPTIONS'){
const U={'access-control-allow-methods':'GET, HEAD, OPTIONS','access-control-allow-headers':'*','access-control-max-age':'86400'};
return x(204,'No Content',U);
}
let m;
try{
m=await aC(c,Math.floor(Date.now()/1000));
}catch(e){
m={no:'store'};
}
const no=m.no;
if(!no){
cf.logCustomData('ok.'+(m.sid||'-')+(m.unchecked?'.unchecked':''));
request.uri=m.rest;
delete request.querystring.pt;
return request;
}
cf.logCustomData('no.'+no);
const headers={'cache-control':'no-store','x-portcullis':aH[no]||'invalid'};
if(no==='revoked')
headers['x-portcullis-reference']=m.sid.slice(-8);
if(no==='store')
return x(503,'Service Unavailable',headers);
return no==='path'||no==='viewer'||no==='revoked'?x(403,'Forbidden',headers):x(401,'Unauthorized',headers);
}
function x(ar,text,o){
const headers={'access-control-allow-origin':{value:'*'},'access-control-expose-headers':{value:'X-Portcullis, X-Portcullis-Reference'}};
Object.keys(o).forEach(function(d){
headers[d]={value:o[d]};
});
return{statusCode:ar,statusDescription:text,headers:headers};
}
async function aC(c,now){
const request=c.request;
let token=aL(request);
let A;
if(token.no==='missing'){
token=await Q(request.uri);
}else if(!token.no){
const ah=ai(token.header);
if(!ah)
return{no:'malformed'};
const O=await ak('k:'+ah);
if(O===undefined)
return{no:'store'};
const g=O===null?{}:JSON.parse(O);
if((g.f!==1&&g.f!==2)||now>=g.na)
return{no:'key'};
token.no=az(token,g,c,now);
A=g.rf;
}
return token.no||!token.sid?token:an(token,A,now);
}
async function an(token,A,now){
const sid=token.sid;
const keys=['s:'+sid];
if(/^[A-Za-z0-9]{10}_./.test(sid))
keys.push('a:'+sid.slice(0,10));
for(let i=0;i<keys.length;i++){
const V=await ak(keys[i]);
if(V===null)
continue;
if(!/^\d+$/.test(V)){
if(A)
return{no:'store'};
token.unchecked=true;
}else if(now<Number(V)){
token.no='revoked';
return token;
}
}
return token;
}
async function ak(g){
try{
const value=await store.get(g);
return value;
}catch(e){
if(/not ?(found|exist)/i.test(String(e)))
return null;
}
try{
const aD=await store.exists(g);
if(aD===false)
return null;
}catch(e){
return undefined;
}
}
function aL(request){
const uri=request.uri;
const aA=uri.indexOf('/',1);
const af=aA>1&&uri[0]==='/'?uri.slice(1,aA):'';
if(af.indexOf('.')>=0)
return I(af,uri.slice(aA));
const pt=request.querystring.pt;
if(!pt)
return{no:'missing'};
return pt.multiValue&&pt.multiValue.length>1?{no:'malformed'}:I(pt.value,uri);
}
function I(l,rest){
const h=l.length>4096?null:/^(?:([\w-]{1,64})\.)?([\w-]+)\.([\w-]+)\.([\w-]+)(?![\s\S])/.exec(l);
return h?{sid:h[1],header:h[2],payload:h[3],signature:h[4],rest:rest}:{no:'malformed'};
}
async function Q(uri){
const h=/^\/([\w-]{12,64})(?=\/)/.exec(uri);
if(!h)
return{no:'missing'};
const u=await ak('c:signed');
if(u!=='1')
return{no:u===undefined?'store':'missing'};
const rest=uri.slice(h[0].length);
const path=X(rest);
return path===null||D(path)?{no:'path'}:{sid:h[1],rest:rest};
}
function parse(t){
const text=Buffer.from(t,'base64url').toString();
if(text[0]!=='{'&&!/^\s*\{/.test(text)||Buffer.from(text).toString('base64url')!==t)
return null;
let json;
try{
json=JSON.parse(text);
}catch(e){
return null;
}
const escaped=text.indexOf('\\')>=0;
if(!escaped&&JSON.stringify(json)===text&&!/[:,[]-?\d+[.e]/.test(text))
return{json:json};
const au=text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g,'');
if(/[^a-z\s\d{}[\]:,-]|\b0\d|\de/.test(au))
return null;
if(escaped&&/\\ud[89a-f]/i.test(text.replace(/\\\\/g,'').replace(/\\ud[89ab]..\\ud[c-f]../gi,'')))
return null;
return{json:json,members:au.split(':').length-1,escaped:escaped};
}
function ai(t){
const header=t.length>342?null:parse(t);
if(!header||header.escaped)
return null;
const json=header.json;
if((header.members||Object.keys(json).length)!==3)
return null;
return json.alg==='HS256'&&json.typ==='JWT'&&typeof json.kid==='string'&&/^[\w-]{1,64}(?![\s\S])/.test(json.kid)?json.kid:null;
}
function az(token,g,c,now){
const v2=g.f===2;
const u=token.header+'.'+token.payload;
if(!v2&&u.length+token.signature.length<59)
return'malformed';
if(!Z(ao(v2?Buffer.from(g.s,'base64url'):g.s,u),token.signature))
return'signature';
const payload=parse(token.payload);
if(!payload||!ag(payload.json,v2?V2:V1,!v2))
return'malformed';
const a=payload.json;
const no=v2?ae(a,payload.members,token,g,now):H(a,now);
if(no)
return no;
let path=X(token.rest);
if(path===null||(!v2&&D(path)))
return'path';
path=P(path);
if(g.p&&g.p.length&&!isUnderAny(path,g.p))
return'path';
const W=v2?isUnderAny:F;
if(!v2)
path=token.rest;
if(W(path,a.exc))
return'';
if(!W(path,a.paths))
return'path';
const ay=v2?isBoundV2:S;
return ay(a,token.sid,g,c)?'':'viewer';
}
function ae(a,members,token,g,now){
const aa=(a.attr||[]).concat(a.headers||[],a.qs||[]).length;
if(a.ver!==2||a.iat===undefined||a.exp===undefined||a.sid===undefined||!a.paths)
return'malformed';
if(aa>0!==(a.bind!==undefined)||(members&&members!==Object.keys(a).length+Object.keys(a.opt||{}).length))
return'malformed';
if(a.sid!==token.sid)
return'session';
if(a.exp-a.iat>(g.ml||G)||a.exp<=a.iat)
return'lifetime';
return now>=a.exp?'expired':a.nbf>now+am?'early':'';
}
function H(a,now){
return a.exp&&now>a.exp?'expired':now<a.nbf?'early':'';
}
function ag(a,aF,aK){
return Object.keys(a).every(function(d){
const value=a[d];
const M=aF[d];
if(M==='n')
return typeof value==='number'&&value>=0&&value<=9007199254740992;
if(M==='l')
return Array.isArray(value)&&value.every(q);
if(M==='m')
return value!==null&&typeof value==='object'&&!Array.isArray(value)&&Object.keys(value).every(function(g){return q(value[g]);});
return M==='s'?q(value):M==='b'?typeof value==='boolean':aK&&M===undefined;
});
}
function q(value){
return typeof value==='string';
}
function isBoundV2(a,sid,g,c){
const B=Buffer.from(g.b,'base64url');
const r=a.attr||[];
if(a.bind!==undefined){
let text=E('sid',sid);
for(let i=0;i<r.length;i++){
const value=j(c,r[i]);
if(value===null)
return false;
text+=E(r[i],value);
}
(a.headers||[]).forEach(function(d){text+=E('h.'+d,v(c.request.headers,d));});
(a.qs||[]).forEach(function(d){text+=E('q.'+d,v(c.request.querystring,d));});
if(!Z(ao(B,text),a.bind))
return false;
}
const K=a.opt||{};
return Object.keys(K).every(function(d){
const value=j(c,d);
return value===null||Z(ao(B,E('opt',d)+E('sid',sid)+E(d,value)),K[d]);
});
}
function E(d,value){
return d+'='+(value===null?'-':Buffer.byteLength(value)+':'+value)+'\n';
}
function S(a,sid,g,c){
const o=[];
if(a.ip){
const ip=j(c,'ip');
if(ip===null||a.ip_ver!==(ip.indexOf(':')<0?4:6))
return false;
o.push(ip);
}
if(!a.intsig)
return true;
const aB=['co','reg'];
for(let i=0;i<2;i++){
if(a[aB[i]]){
const value=j(c,aB[i]);
if(value===null)
return a[aB[i]+'_fallback']===true;
o.push(value);
}
}
if(a.ssn){
if(!sid)
return false;
o.push(sid);
}
function aI(aE,from){
(aE||[]).forEach(function(d){
const value=v(from,d);
if(value!==null)
o.push(value);
});
}
aI(a.headers,c.request.headers);
aI(a.qs,c.request.querystring);
const text=o.join(':');
return text===''||Z(ao(g.s,text),a.intsig);
}
function j(c,d){
return d==='ip'?ac(c.viewer.ip):q(aG[d])?v(c.request.headers,'cloudfront-viewer-'+aG[d]):null;
}
function v(map,d){
const C=map[d];
if(!C||!q(C.value))
return null;
return C.multiValue?C.multiValue.map(function(T){return T.value;}).join(','):C.value;
}
function ac(text){
text=text||'';
if(text.indexOf(':')<0)
return Y(text)?text:null;
const N=text.slice(text.lastIndexOf(':')+1);
if(Y(N)){
const n=N.split('.').map(Number);
text=text.slice(0,-N.length)+(n[0]*256+n[1]).toString(16)+':'+(n[2]*256+n[3]).toString(16);
}
const y=text.split('::');
let k=J(y[0]);
if(y.length>1){
const ax=J(y[1]);
do
k.push('0');
while(k.length+ax.length<8);
k=k.concat(ax);
}
if(y.length>2||k.length!==8||!k.every(function(R){return/^[\da-f]{1,4}(?![\s\S])/i.test(R);}))
return null;
const av=k.map(function(R){return('000'+R).slice(-4).toLowerCase();}).join(':');
if(av.indexOf('0000:0000:0000:0000:0000:ffff:')!==0)
return av;
const aw=parseInt(k[6],16),low=parseInt(k[7],16);
return[aw>>8,aw&255,low>>8,low&255].join('.');
}
function J(text){
return text===''?[]:text.split(':');
}
function Y(text){
const h=text.split('.');
return h.length===4&&h.every(function(t){return Number(t)<256&&String(Number(t))===t;});
}
function X(aq){
if(aq[0]!=='/'||aq.length>8192||/%2f|%5c|%00|[\\\x00]/i.test(aq))
return null;
try{
return decodeURIComponent(aq);
}catch(e){
return null;
}
}
function D(path){
return/\/\.\.?(?![^/])/.test(path);
}
function P(path){
if(!D(path))
return path;
const z=[];
const L=path.slice(1).split('/');
L.forEach(function(l,i){
const aJ=l==='.'||l==='..';
if(l==='..')
z.pop();
if(!aJ)
z.push(l);
else if(i===L.length-1)
z.push('');
});
return'/'+z.join('/');
}
function isUnderAny(path,ad){
return(ad||[]).some(function(T){
return T!==''&&path.startsWith(T)&&(path.length===T.length||T.endsWith('/')||path[T.length]==='/');
});
}
function F(path,ab){
return(ab||[]).some(function(ap){return path.startsWith(ap);});
}
function ao(B,text){
return crypto.createHmac('sha256',B).update(text).digest('base64url');
}
function Z(aj,al){
let w=aj.length^al.length;
for(let i=0;i<aj.length;i++)
w|=aj.charCodeAt(i)^al.charCodeAt(i);
return w===0;
}
