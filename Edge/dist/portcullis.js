import cf from 'cloudfront';
import crypto from 'crypto';
const store=cf.kvs();
const H=86400;
const ao=5;
const aJ={missing:'missing',expired:'expired',path:'path',viewer:'viewer',revoked:'revoked',store:'unavailable'};
const V2={ver:'n',iat:'n',exp:'n',nbf:'n',sst:'n',sid:'s',bind:'s',paths:'l',exc:'l',attr:'l',headers:'l',qs:'l',opt:'m'};
const V1={ver:'',exp:'n',nbf:'n',ip_ver:'n',intsig:'s',paths:'l',exc:'l',headers:'l',qs:'l',ip:'b',co:'b',cty:'b',reg:'b',ssn:'b',co_fallback:'b',reg_fallback:'b'};
const aI={co:'country',reg:'country-region',cty:'city'};
async function handler(c){
const request=c.request;
if(request.method==='OPTIONS'){
const W={'access-control-allow-methods':'GET, HEAD, OPTIONS','access-control-allow-headers':'*','access-control-max-age':'86400'};
return y(204,'No Content',W);
}
let o;
try{
o=await aE(c,Math.floor(Date.now()/1000));
}catch(e){
o={no:'store'};
}
const no=o.no;
if(!no){
cf.logCustomData('ok.'+(o.sid||'')+(o.unchecked?'.unchecked':''));
request.uri=o.rest;
delete request.querystring.pt;
return request;
}
cf.logCustomData('no.'+no);
const headers={'cache-control':'no-store','x-portcullis':aJ[no]||'invalid'};
if(no==='revoked')
headers['x-portcullis-reference']=o.sid.slice(-8);
if(no==='store')
return y(503,'Service Unavailable',headers);
return no==='path'||no==='viewer'||no==='revoked'?y(403,'Forbidden',headers):y(401,'Unauthorized',headers);
}
function y(at,text,h){
const headers={'access-control-allow-origin':{value:'*'},'access-control-expose-headers':{value:'X-Portcullis, X-Portcullis-Reference'}};
Object.keys(h).forEach(function(d){
headers[d]={value:h[d]};
});
return{statusCode:at,statusDescription:text,headers:headers};
}
async function aE(c,now){
const request=c.request;
let token=aN(request);
let B;
if(token.no==='missing'){
token=await S(request.uri);
}else if(!token.no){
const ai=aj(token.header);
if(!ai)
return{no:'malformed'};
const P=await am('k:'+ai);
if(P===undefined)
return{no:'store'};
const j=P===null?{}:JSON.parse(P);
if((j.f!==1&&j.f!==2)||now>=j.na)
return{no:'key'};
token.no=aB(token,j,c,now);
B=j.rf;
}
return token.no||!token.sid?token:ap(token,B,now);
}
async function ap(token,B,now){
const sid=token.sid;
const keys=['s:'+sid];
if(/^[A-Za-z0-9]{10}_./.test(sid))
keys.push('a:'+sid.slice(0,10));
for(let i=0;i<keys.length;i++){
const X=await am(keys[i]);
if(X===null)
continue;
if(!/^\d+$/.test(X)){
if(B)
return{no:'store'};
token.unchecked=true;
}else if(now<Number(X)){
token.no='revoked';
return token;
}
}
return token;
}
async function am(j){
try{
const value=await store.get(j);
return value;
}catch(e){
if(/not ?(found|exist)/i.test(String(e)))
return null;
}
try{
const aF=await store.exists(j);
if(aF===false)
return null;
}catch(e){
return undefined;
}
}
function aN(request){
const uri=request.uri;
const aC=uri.indexOf('/',1);
const ag=aC>1&&uri[0]==='/'?uri.slice(1,aC):'';
if(ag.indexOf('.')>=0)
return J(ag,uri.slice(aC));
const pt=request.querystring.pt;
if(!pt)
return{no:'missing'};
return pt.multiValue&&pt.multiValue.length>1?{no:'malformed'}:J(pt.value,uri);
}
function J(m,rest){
const k=m.length>4096?null:/^(?:([\w-]{1,64})\.)?([\w-]+)\.([\w-]+)\.([\w-]+)(?![\s\S])/.exec(m);
return k?{sid:k[1],header:k[2],payload:k[3],signature:k[4],rest:rest}:{no:'malformed'};
}
async function S(uri){
const k=/^\/([\w-]{12,64})(?=\/)/.exec(uri);
if(!k)
return{no:'missing'};
const v=await am('c:signed');
if(v!=='1')
return{no:v===undefined?'store':'missing'};
const rest=uri.slice(k[0].length);
const path=Z(rest);
return path===null||E(path)?{no:'path'}:{sid:k[1],rest:rest};
}
function parse(u){
const text=Buffer.from(u,'base64url').toString();
if(text[0]!=='{'&&!/^\s*\{/.test(text)||Buffer.from(text).toString('base64url')!==u)
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
const av=text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g,'');
if(/[^a-z\s\d{}[\]:,-]|\b0\d|\de/.test(av))
return null;
if(escaped&&/\\ud[89a-f]/i.test(text.replace(/\\\\/g,'').replace(/\\ud[89ab]..\\ud[c-f]../gi,'')))
return null;
return{json:json,members:av.split(':').length-1,escaped:escaped};
}
function aj(u){
const header=u.length>342?null:parse(u);
if(!header||header.escaped)
return null;
const json=header.json;
if((header.members||Object.keys(json).length)!==3)
return null;
return json.alg==='HS256'&&json.typ==='JWT'&&typeof json.kid==='string'&&/^[\w-]{1,64}(?![\s\S])/.test(json.kid)?json.kid:null;
}
function aB(token,j,c,now){
const v2=j.f===2;
const v=token.header+'.'+token.payload;
if(!v2&&v.length+token.signature.length<59)
return'malformed';
if(!R(al(v2?Buffer.from(j.s,'base64url'):j.s,v),token.signature))
return'signature';
const payload=parse(token.payload);
if(!payload||!ah(payload.json,v2?V2:V1,!v2))
return'malformed';
const a=payload.json;
const no=v2?af(a,payload.members,token,j,now):I(a,now);
if(no)
return no;
let path=Z(token.rest);
if(path===null||(!v2&&E(path)))
return'path';
path=Q(path);
if(j.p&&j.p.length&&!isUnderAny(path,j.p))
return'path';
const Y=v2?isUnderAny:G;
if(!v2)
path=token.rest;
if(Y(path,a.exc))
return'';
if(!Y(path,a.paths))
return'path';
const aA=v2?isBoundV2:U;
return aA(a,token.sid,j,c)?'':'viewer';
}
function af(a,members,token,j,now){
const ab=(a.attr||[]).concat(a.headers||[],a.qs||[]).length;
if(a.ver!==2||a.iat===undefined||a.exp===undefined||a.sid===undefined||!a.paths)
return'malformed';
if(ab>0!==(a.bind!==undefined)||(members&&members!==Object.keys(a).length+Object.keys(a.opt||{}).length))
return'malformed';
if(a.sid!==token.sid)
return'session';
if(a.exp-a.iat>(j.ml||H)||a.exp<=a.iat)
return'lifetime';
return now>=a.exp?'expired':a.nbf>now+ao?'early':'';
}
function I(a,now){
if(!a.paths||!a.exc)
return'malformed';
return now>a.exp?'expired':now<a.nbf?'early':'';
}
function ah(a,aH,aM){
return Object.keys(a).every(function(d){
const value=a[d];
const N=aH[d];
if(N==='n')
return typeof value==='number'&&value>=0&&value<=9007199254740992;
if(N==='l')
return Array.isArray(value)&&value.every(q);
if(N==='m')
return value!==null&&typeof value==='object'&&!Array.isArray(value)&&Object.keys(value).every(function(j){return q(value[j]);});
return N==='s'?q(value):N==='b'?typeof value==='boolean':aM&&N===undefined;
});
}
function q(value){
return typeof value==='string';
}
function isBoundV2(a,sid,j,c){
const C=Buffer.from(j.b,'base64url');
const r=a.attr||[];
if(a.bind!==undefined){
let text=F('sid',sid);
for(let i=0;i<r.length;i++){
const value=g(c,r[i]);
if(value===null)
return false;
text+=F(r[i],value);
}
(a.headers||[]).forEach(function(d){text+=F('h.'+d,w(c.request.headers,d));});
(a.qs||[]).forEach(function(d){text+=F('q.'+d,w(c.request.querystring,d));});
if(!R(al(C,text),a.bind))
return false;
}
const L=a.opt||{};
return Object.keys(L).every(function(d){
const value=g(c,d);
return value===null||R(al(C,F('opt',d)+F('sid',sid)+F(d,value)),L[d]);
});
}
function F(d,value){
return d+'='+(value===null?'-':Buffer.byteLength(value)+':'+value)+'\n';
}
function U(a,sid,j,c){
const h=[];
if(a.ip){
const ip=g(c,'ip');
if(ip===null||a.ip_ver!==(ip.indexOf(':')<0?4:6))
return false;
h.push(ip);
}
if(!a.intsig)
return true;
const aD=['co','reg'];
let t=0;
for(let i=0;i<2;i++){
if(a[aD[i]]){
const value=g(c,aD[i]);
if(value===null)
return a[aD[i]+'_fallback']===true;
h.push(value);
}
if(!i)
t=h.length;
}
if(a.ssn){
if(!sid)
return false;
h.push(sid);
}
function aK(aG,from){
(aG||[]).forEach(function(d){
const value=w(from,d);
if(value!==null)
h.push(value);
});
}
aK(a.headers,c.request.headers);
aK(a.qs,c.request.querystring);
const text=h.join(':');
if(text===''||R(al(j.s,text),a.intsig))
return true;
const aw=g(c,'cty');
h.splice(t,0,aw===null?'undefined':aw);
return a.cty===true&&R(al(j.s,h.join(':')),a.intsig);
}
function g(c,d){
return d==='ip'?ad(c.viewer.ip):q(aI[d])?w(c.request.headers,'cloudfront-viewer-'+aI[d]):null;
}
function w(map,d){
const D=map[d];
if(!D||!q(D.value))
return null;
return D.multiValue?D.multiValue.map(function(V){return V.value;}).join(','):D.value;
}
function ad(text){
text=text||'';
if(text.indexOf(':')<0)
return aa(text)?text:null;
const O=text.slice(text.lastIndexOf(':')+1);
if(aa(O)){
const n=O.split('.').map(Number);
text=text.slice(0,-O.length)+(n[0]*256+n[1]).toString(16)+':'+(n[2]*256+n[3]).toString(16);
}
const z=text.split('::');
let l=K(z[0]);
if(z.length>1){
const az=K(z[1]);
do
l.push('0');
while(l.length+az.length<8);
l=l.concat(az);
}
if(z.length>2||l.length!==8||!l.every(function(T){return/^[\da-f]{1,4}(?![\s\S])/i.test(T);}))
return null;
const ax=l.map(function(T){return('000'+T).slice(-4).toLowerCase();}).join(':');
if(ax.indexOf('0000:0000:0000:0000:0000:ffff:')!==0)
return ax;
const ay=parseInt(l[6],16),low=parseInt(l[7],16);
return[ay>>8,ay&255,low>>8,low&255].join('.');
}
function K(text){
return text===''?[]:text.split(':');
}
function aa(text){
const k=text.split('.');
return k.length===4&&k.every(function(u){return Number(u)<256&&String(Number(u))===u;});
}
function Z(ar){
if(ar[0]!=='/'||ar.length>8192||/%2f|%5c|%00|[\\\x00]/i.test(ar))
return null;
try{
return decodeURIComponent(ar);
}catch(e){
return null;
}
}
function E(path){
return/\/\.\.?(?![^/])/.test(path);
}
function Q(path){
if(!E(path))
return path;
const A=[];
const M=path.slice(1).split('/');
M.forEach(function(m,i){
const aL=m==='.'||m==='..';
if(m==='..')
A.pop();
if(!aL)
A.push(m);
else if(i===M.length-1)
A.push('');
});
return'/'+A.join('/');
}
function isUnderAny(path,ae){
return(ae||[]).some(function(V){
return V!==''&&path.startsWith(V)&&(path.length===V.length||V.endsWith('/')||path[V.length]==='/');
});
}
function G(path,ac){
return(ac||[]).some(function(aq){return path.startsWith(aq);});
}
function al(C,text){
return crypto.createHmac('sha256',C).update(text).digest('base64url');
}
function R(ak,an){
let x=ak.length^an.length;
for(let i=0;i<ak.length;i++)
x|=ak.charCodeAt(i)^an.charCodeAt(i);
return x===0;
}
