import cf from 'cloudfront';
import crypto from 'crypto';
const aS=cf.kvs();
const S=86400;
const aU=5;
const am='ver iat exp nbf sst sid paths exc attr headers qs bind opt';
const al='ver ip co cty reg ssn exp headers qs intsig paths exc ip_ver co_fallback reg_fallback nbf';
const ao=/^\{"ver":2,"iat":(0|[1-9]\d{0,15}),"exp":(0|[1-9]\d{0,15})(,"nbf":(0|[1-9]\d{0,15}))?(,"sst":(0|[1-9]\d{0,15}))?,"sid":"[^"\\]*","paths":\[("[^"\\]*",?)*\](,"exc":\[("[^"\\]*",?)*\])?(,"attr":\[("[^"\\]*",?)*\])?(,"headers":\[("[^"\\]*",?)*\])?(,"qs":\[("[^"\\]*",?)*\])?(,"bind":"[^"\\]*")?(,"opt":\{("[^"\\]*":"[^"\\]*",?)*\})?\}$/;
const an=/^\{("(ip|co|cty|reg|ssn)":(true|false),)*("exp":-?(0|[1-9]\d{0,17}),)?("(headers|qs)":\[("[^"\\]*",?)*\],)*("intsig":"[^"\\]*",)?"paths":\[("[^"\\]*",?)*\],"exc":\[("[^"\\]*",?)*\](,"((ip_ver|nbf|iat)":-?(0|[1-9]\d{0,17})|(co|reg)_fallback":(true|false)))*\}$/;
const bi={co:'country',reg:'country-region',cty:'city'};
const ad=/^\/(?:([\w-]{1,64})\.)?([\w-]+)\.([\w-]+)\.([\w-]+)(?=\/)/;
const aH=/^[\w-]{1,64}(?![\s\S])/;
const aG=/not ?(found|exist)/i;
const bj=/^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.){4}$/;
const be='eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6';
const aw=new Uint32Array(22);
const bc=Buffer.from(aw.buffer);
async function handler(h){const o=h.request;
if(o.method==='OPTIONS'){const av={'access-control-allow-methods':'GET, HEAD, OPTIONS','access-control-allow-headers':'*','access-control-max-age':'86400'};
return J(204,'No Content',av);}let c;
try{const I=Math.floor(Date.now()/1000);
c=bm(o);
while(c.ask){let g=null,failure='';
try{g=await aS.get(c.ask);}catch(e){failure=String(e)||'-';}if(failure&&failure.search(aG)<0)g=await bh(c.ask);
aR(c,g,h,I);}}catch(e){c={no:'store'};}const no=c.no;
if(!no){cf.logCustomData('ok.'+(c.sid||'')+(c.unchecked?'.unchecked':''));
o.uri=c.rest;
delete o.querystring.pt;
return o;}cf.logCustomData('no.'+no);
const bl='missing expired path viewer revoked'.indexOf(no)>=0?no:no==='store'?'unavailable':'invalid';
const t={'cache-control':'no-store','x-portcullis':bl};
if(no==='revoked')t['x-portcullis-reference']=c.sid.slice(-8);
if(no==='store')return J(503,'Service Unavailable',t);
return'path viewer revoked'.indexOf(no)>=0?J(403,'Forbidden',t):J(401,'Unauthorized',t);}
function J(aV,d,j){const t={'access-control-allow-origin':{value:'*'},'access-control-expose-headers':{value:'X-Portcullis, X-Portcullis-Reference'}};
for(const u in j)t[u]={value:j[u]};
return{statusCode:aV,statusDescription:d,headers:t};}
async function bh(r){try{const bg=await aS.exists(r);
return bg===false?null:undefined;}catch(e){return undefined;}}
function aR(c,g,h,I){const V=c.ask[0];
c.ask='';
if(V==='k'){const r=g===null?{}:JSON.parse(g);
c.strict=r.rf;
c.no=(r.f!==1&&r.f!==2)||I>=r.na?'key':bf(c,r,h,I);}else if(V==='c'){const l=ay(c.rest);
c.no=g===undefined?'store':g!=='1'?'missing':l===null||ag(l)?'path':'';}else if(g!==null){if(/^\d+$/.test(g))c.no=I<Number(g)?'revoked':'';
else if(c.strict)c.no='store';
else c.unchecked=true;}const T=c.sid;
if(!c.no&&T&&V!=='a')c.ask=V!=='s'?'s:'+T:T[10]==='_'&&/^[A-Za-z0-9]+_./.test(T)?'a:'+T.slice(0,10):'';}
function bm(o){const aT=o.uri,v=ad.exec(aT);
if(v)return ak(v,aT.slice(v[0].length));
const A=/^\/([^/]+)\//.exec(aT),pt=o.querystring.pt;
if(A&&A[1].indexOf('.')>=0)return{no:'malformed'};
if(pt){const P=pt.multiValue&&pt.multiValue.length>1?null:ad.exec('/'+pt.value+'/');
return P&&P[0].length===pt.value.length+1?ak(P,aT):{no:'malformed'};}return A&&A[1].length>=12&&aH.test(A[1])?{ask:'c:signed',sid:A[1],rest:aT.slice(A[1].length+1)}:{no:'missing'};}
function ak(v,bk){const B=v[0].length>4097?null:aL(v[2]);
return B?{ask:'k:'+B,sid:v[1],header:v[2],payload:v[3],signature:v[4],rest:bk}:{no:'malformed'};}
function ab(D){const d=Buffer.from(D,'base64url').toString();
return Buffer.from(d).toString('base64url')===D?d:null;}
function aL(D){if(D.startsWith(be)){const d=ab(D.slice(44));
const B=d&&d.slice(1,-2);
if(B&&d==='"'+B+'"}'&&B.search(aH)===0)return B;}const L=D.length>342?null:aQ(ab(D));
if(!L||L.escaped||L.members!==3)return null;
const H=L.json;
return H.alg==='HS256'&&H.typ==='JWT'&&F(H.kid)&&aH.test(H.kid)?H.kid:null;}
function aD(D,v2){const d=ab(D),minted=v2?ao:an;
if(d!==null&&d.search(minted)===0){try{const a=JSON.parse(d);
if(a.opt===undefined||d.endsWith(JSON.stringify(a.opt)+'}'))return a;}catch(e){return null;}}const aa=aQ(d);
if(!aa)return null;
const a=aa.json;
const R=[];
(v2?am:al).split(' ').forEach(function(u){if(a[u]!==undefined)R.push('"'+u+'":'+JSON.stringify(a[u]));});
if(v2&&aa.members!==R.length+Object.keys(a.opt||{}).length)return null;
return('{'+R.join(',')+'}').replace(/\\./g,'').search(minted)===0?a:null;}
function aQ(d){if(d===null||!/^\s*\{/.test(d))return null;
let H;
try{H=JSON.parse(d);}catch(e){return null;}const af=d.indexOf('\\')>=0;
const aW=d.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g,'');
if(/[^a-z\s\d{}[\]:,-]|\b0\d|\de/.test(aW))return null;
if(af&&/\\ud[89a-f]/i.test(d.replace(/\\\\/g,'').replace(/\\ud[89ab]..\\ud[c-f]../gi,'')))return null;
return{json:H,members:aW.split(':').length-1,escaped:af};}
function bf(c,r,h,I){const v2=r.f===2;
const aC=c.header+'.'+c.payload;
if(!v2&&aC.length+c.signature.length<59)return'malformed';
if(!aj(aN(v2?Buffer.from(r.s,'base64url'):r.s,aC),c.signature))return'signature';
const a=aD(c.payload,v2);
if(!a)return'malformed';
const no=v2?aJ(a,c,r,I):I>a.exp?'expired':I<a.nbf?'early':'';
if(no)return no;
let l=ay(c.rest);
const az=l!==null&&ag(l);
if(l===null||(az&&!v2))return'path';
if(az)l=ac(l);
if(r.p&&r.p.length&&!y(l,r.p))return'path';
if(v2?y(l,a.exc):z(c.rest,a.exc))return'';
if(!(v2?y(l,a.paths):z(c.rest,a.paths)))return'path';
return(v2?at(a,c.sid,r,h):ar(a,c.sid,r,h))?'':'viewer';}
function aJ(a,c,r,I){if(aq(a.attr)||aq(a.headers)||aq(a.qs)?a.bind===undefined:a.bind!==undefined)return'malformed';
if(a.sid!==c.sid)return'session';
if(a.exp-a.iat>(r.ml||S)||a.exp<=a.iat)return'lifetime';
return I>=a.exp?'expired':a.nbf>I+aU?'early':'';}
function aq(ba){return ba!==undefined&&ba.length>0;}
function F(g){return typeof g==='string';}
function at(a,T,r,h){const M=Buffer.from(r.b,'base64url');
const bb=ah('sid',T);
if(a.bind!==undefined){const w=a.attr||[];
let d=bb;
for(let i=0;i<w.length;i++){const g=k(h,w[i]);
if(g===null)return false;
d+=ah(w[i],g);}d+=aM('h.',a.headers,h.request.headers)+aM('q.',a.qs,h.request.querystring);
if(!aj(aN(M,d),a.bind))return false;}const W=a.opt||{},m=Object.keys(W);
for(let i=0;i<m.length;i++){const g=k(h,m[i]);
if(g!==null&&!aj(aN(M,ah('opt',m[i])+bb+ah(m[i],g)),W[m[i]]))return false;}return true;}
function ah(u,g){return u+'='+(g===null?'-':Buffer.byteLength(g)+':'+g)+'\n';}
function aM(V,m,aO){let d='';
for(let i=0;m&&i<m.length;i++)d+=ah(V+m[i],Q(aO,m[i]));
return d;}
function ar(a,T,r,h){const j=[];
if(a.ip){const ip=k(h,'ip');
if(ip===null||a.ip_ver!==(ip.indexOf(':')<0?4:6))return false;
j.push(ip);}if(!a.intsig)return true;
let x=j.length;
if(a.co){const ae=k(h,'co');
if(ae===null)return a.co_fallback===true;
x=j.push(ae);}if(a.reg){const aB=k(h,'reg');
if(aB===null)return a.reg_fallback===true;
j.push(aB);}if(a.ssn){if(!T)return false;
j.push(T);}ax(j,a.headers,h.request.headers);
ax(j,a.qs,h.request.querystring);
const d=j.join(':');
if(d===''||aj(aN(r.s,d),a.intsig))return true;
const aX=k(h,'cty');
j.splice(x,0,aX===null?'undefined':aX);
return a.cty===true&&aj(aN(r.s,j.join(':')),a.intsig);}
function ax(j,m,aO){for(let i=0;m&&i<m.length;i++){const g=Q(aO,m[i]);
if(g!==null)j.push(g);}}
function k(h,u){return u==='ip'?aI(h.viewer.ip):F(bi[u])?Q(h.request.headers,'cloudfront-viewer-'+bi[u]):null;}
function Q(aO,u){const O=aO[u];
if(!O||!F(O.value))return null;
return O.multiValue?O.multiValue.map(function(au){return au.value;}).join(','):O.value;}
function aI(d){d=d||'';
if(d.indexOf(':')<0)return aA(d)?d:null;
const Z=d.slice(d.lastIndexOf(':')+1);
if(aA(Z)){const n=Z.split('.').map(Number);
d=d.slice(0,-Z.length)+(n[0]*256+n[1]).toString(16)+':'+(n[2]*256+n[3]).toString(16);}const K=d.split('::');
let q=U(K[0]);
if(K.length>1){const bd=U(K[1]);
do q.push('0');
while(q.length+bd.length<8);
q=q.concat(bd);}if(K.length>2||q.length!==8||!q.every(function(ap){return/^[\da-f]{1,4}(?![\s\S])/i.test(ap);}))return null;
const aY=q.map(function(ap){return('000'+ap).slice(-4).toLowerCase();}).join(':');
if(aY.indexOf('0000:0000:0000:0000:0000:ffff:')!==0)return aY;
const aZ=parseInt(q[6],16),low=parseInt(q[7],16);
return[aZ>>8,aZ&255,low>>8,low&255].join('.');}
function U(d){return d===''?[]:d.split(':');}
function aA(d){return(d+'.').search(bj)===0;}
function ay(ai){if(ai[0]!=='/'||ai.length>8192||ai.indexOf('\\')>=0||ai.indexOf('\x00')>=0)return null;
if(ai.indexOf('%')<0)return ai;
try{return/%(2f|5c|00)/i.test(ai)?null:decodeURIComponent(ai);}catch(e){return null;}}
function ag(l){return l.indexOf('/.')>=0&&/\/\.\.?(?![^/])/.test(l);}
function ac(l){const C=[];
const Y=l.split('/');
Y.forEach(function(E,i){const az=E==='.'||E==='..';
if(E==='..'&&C.length>1)C.pop();
if(!az)C.push(E);
else if(i===Y.length-1)C.push('');});
return C.join('/');}
function y(l,N){for(let i=0;N&&i<N.length;i++){const au=N[i];
if(au!==''&&l.startsWith(au)&&(l.length===au.length||au.endsWith('/')||l[au.length]==='/'))return true;}return false;}
function z(l,X){for(let i=0;i<X.length;i++){if(l.startsWith(X[i]))return true;}return false;}
function aN(M,d){return crypto.createHmac('sha256',M).update(d).digest('base64url');}
function aj(aE,aK){bc.write(aE,0,43);
bc.write(aK,44,43);
let G=aK.length^43;
for(let i=0;i<11;i++)G|=aw[i]^aw[i+11];
return G===0;}
