import cf from 'cloudfront';
import crypto from 'crypto';
const aU=cf.kvs();
const S=86400;
const aW=5;
const an='ver iat exp nbf sst sid paths exc attr headers qs bind opt';
const am='ver ip co cty reg ssn exp headers qs intsig paths exc ip_ver co_fallback reg_fallback nbf';
const ap=/^\{"ver":2,"iat":(?:0|[1-9]\d{0,15}),"exp":(?:0|[1-9]\d{0,15})(?:,"nbf":(?:0|[1-9]\d{0,15}))?(?:,"sst":(?:0|[1-9]\d{0,15}))?,"sid":"[ !#-[\]-~]*","paths":\[(?:"[ !#-[\]-~]*",?)*\](?:,"exc":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"attr":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"headers":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"qs":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"bind":"[ !#-[\]-~]*")?(?:,"opt":\{(?:"[ !#-[\]-~]*":"[ !#-[\]-~]*",?)*\})?\}$/;
const ao=/^\{(?:"(?:ip|co|cty|reg|ssn)":(?:true|false),)*(?:"exp":-?(?:0|[1-9]\d{0,17}),)?(?:"(?:headers|qs)":\[(?:"[ !#-[\]-~]*",?)*\],)*(?:"intsig":"[ !#-[\]-~]*",)?"paths":\[(?:"[ !#-[\]-~]*",?)*\],"exc":\[(?:"[ !#-[\]-~]*",?)*\](?:,"(?:(?:ip_ver|nbf|iat)":-?(?:0|[1-9]\d{0,17})|(?:co|reg)_fallback":(?:true|false)))*\}$/;
const bl={co:'country',reg:'country-region',cty:'city'};
const ac=/^\/(?:([\w-]{1,64})\.)?([\w-]+)\.([\w-]+)\.([\w-]+)(?=\/)/;
const aJ=/^[\w-]{1,64}(?![\s\S])/;
const aI=/not ?(found|exist)/i;
const bm=/^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.){4}$/;
const bg='eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6';
const bk=['','.','Q','0'];
const ax=new Uint32Array(22);
const be=Buffer.from(ax.buffer);
async function handler(h){const o=h.request;
if(o.method==='OPTIONS'){const aw={'access-control-allow-methods':'GET, HEAD, OPTIONS','access-control-allow-headers':'*','access-control-max-age':'86400'};
return K(204,'No Content',aw);}let c;
try{const J=Math.floor(Date.now()/1000);
c=bp(o);
while(c.ask){let g=null,failure='';
try{g=await aU.get(c.ask);}catch(e){failure=String(e)||'-';}if(failure&&failure.search(aI)<0)g=await bj(c.ask);
aT(c,g,h,J);}}catch(e){c={no:'store'};}const no=c.no;
if(!no){cf.logCustomData('ok.'+(c.sid||'')+(c.unchecked?'.unchecked':''));
o.uri=c.rest;
delete o.querystring.pt;
return o;}cf.logCustomData('no.'+no);
const bo='missing expired path viewer revoked'.indexOf(no)>=0?no:no==='store'?'unavailable':'invalid';
const k={'cache-control':'no-store','x-portcullis':bo};
if(no==='revoked')k['x-portcullis-reference']=c.sid.slice(-8);
if(no==='store')return K(503,'Service Unavailable',k);
return'path viewer revoked'.indexOf(no)>=0?K(403,'Forbidden',k):K(401,'Unauthorized',k);}
function K(aX,d,j){const k={'access-control-allow-origin':{value:'*'},'access-control-expose-headers':{value:'X-Portcullis, X-Portcullis-Reference'}};
for(const t in j)k[t]={value:j[t]};
return{statusCode:aX,statusDescription:d,headers:k};}
async function bj(r){try{const bi=await aU.exists(r);
return bi===false?null:undefined;}catch(e){return undefined;}}
function aT(c,g,h,J){const V=c.ask[0];
c.ask='';
if(V==='k'){const r=g===null?{}:JSON.parse(g);
c.strict=r.rf;
c.no=(r.f!==1&&r.f!==2)||J>=r.na?'key':bh(c,r,h,J);}else if(V==='c'){const l=az(c.rest);
c.no=g===undefined?'store':g!=='1'?'missing':l===null||ah(l)?'path':'';}else if(g!==null){if(/^\d+$/.test(g))c.no=J<Number(g)?'revoked':'';
else if(c.strict)c.no='store';
else c.unchecked=true;}const T=c.sid;
if(!c.no&&T&&V!=='a')c.ask=V!=='s'?'s:'+T:T[10]==='_'&&/^[A-Za-z0-9]+_./.test(T)?'a:'+T.slice(0,10):'';}
function bp(o){const aV=o.uri,v=ac.exec(aV);
if(v)return al(v,aV.slice(v[0].length));
const C=/^\/([^/]+)\//.exec(aV),pt=o.querystring.pt;
if(C&&C[1].indexOf('.')>=0)return{no:'malformed'};
if(pt){const Q=pt.multiValue&&pt.multiValue.length>1?null:ac.exec('/'+pt.value+'/');
return Q&&Q[0].length===pt.value.length+1?al(Q,aV):{no:'malformed'};}return C&&C[1].length>=12&&aJ.test(C[1])?{ask:'c:signed',sid:C[1],rest:aV.slice(C[1].length+1)}:{no:'missing'};}
function al(v,bn){const G=v[0].length>4097?null:aN(v[2]);
return G?{ask:'k:'+G,sid:v[1],header:v[2],payload:v[3],signature:v[4],rest:bn}:{no:'malformed'};}
function aE(u){const d=Buffer.from(u,'base64url').toString();
return Buffer.from(d).toString('base64url')===u?d:null;}
function ae(u){const aK=Buffer.from(u,'base64url'),d=aK.toString();
return aK.length===d.length&&u.endsWith(bk[u.length%4])?d:'';}
function aN(u){if(u.startsWith(bg)){const d=ae(u.slice(44)),G=d.slice(1,-2);
if(d==='"'+G+'"}'&&G.search(aJ)===0)return G;}const M=u.length>342?null:aS(aE(u));
if(!M||M.escaped||M.members!==3)return null;
const I=M.json;
return I.alg==='HS256'&&I.typ==='JWT'&&F(I.kid)&&aJ.test(I.kid)?I.kid:null;}
function aF(u,v2){const d=ae(u),minted=v2?ap:ao;
if(d.search(minted)===0){try{const a=JSON.parse(d);
if(a.opt===undefined||d.endsWith(JSON.stringify(a.opt)+'}'))return a;}catch(e){return null;}}const aa=aS(aE(u));
if(!aa)return null;
const a=aa.json;
const R=[];
(v2?an:am).split(' ').forEach(function(t){if(a[t]!==undefined)R.push('"'+t+'":'+JSON.stringify(a[t]));});
if(v2&&aa.members!==R.length+Object.keys(a.opt||{}).length)return null;
return('{'+R.join(',')+'}').replace(/\\.|[^ -~]/g,'').search(minted)===0?a:null;}
function aS(d){if(d===null||!/^\s*\{/.test(d))return null;
let I;
try{I=JSON.parse(d);}catch(e){return null;}const ag=d.indexOf('\\')>=0;
const aY=d.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g,'');
if(/[^a-z\s\d{}[\]:,-]|\b0\d|\de/.test(aY))return null;
if(ag&&/\\ud[89a-f]/i.test(d.replace(/\\\\/g,'').replace(/\\ud[89ab]..\\ud[c-f]../gi,'')))return null;
return{json:I,members:aY.split(':').length-1,escaped:ag};}
function bh(c,r,h,J){const v2=r.f===2;
const aD=c.header+'.'+c.payload;
if(!v2&&aD.length+c.signature.length<59)return'malformed';
if(!ak(aP(v2?Buffer.from(r.s,'base64url'):r.s,aD),c.signature))return'signature';
const a=aF(c.payload,v2);
if(!a)return'malformed';
const no=v2?aL(a,c,r,J):J>a.exp?'expired':J<a.nbf?'early':'';
if(no)return no;
let l=az(c.rest);
const aA=l!==null&&ah(l);
if(l===null||(aA&&!v2))return'path';
if(aA)l=ab(l);
if(r.p&&r.p.length&&!z(l,r.p))return'path';
if(v2?z(l,a.exc):A(c.rest,a.exc))return'';
if(!(v2?z(l,a.paths):A(c.rest,a.paths)))return'path';
return(v2?au(a,c.sid,r,h):at(a,c.sid,r,h))?'':'viewer';}
function aL(a,c,r,J){if(ar(a.attr)||ar(a.headers)||ar(a.qs)?a.bind===undefined:a.bind!==undefined)return'malformed';
if(a.sid!==c.sid)return'session';
if(a.exp-a.iat>(r.ml||S)||a.exp<=a.iat)return'lifetime';
return J>=a.exp?'expired':a.nbf>J+aW?'early':'';}
function ar(bc){return bc!==undefined&&bc.length>0;}
function F(g){return typeof g==='string';}
function au(a,T,r,h){const N=Buffer.from(r.b,'base64url');
const bd=ai('sid',T);
if(a.bind!==undefined){const x=a.attr||[];
let d=bd;
for(let i=0;i<x.length;i++){const g=w(h,x[i]);
if(g===null)return false;
d+=ai(x[i],g);}d+=aO('h.',a.headers,h.request.headers)+aO('q.',a.qs,h.request.querystring);
if(!ak(aP(N,d),a.bind))return false;}const W=a.opt||{},m=Object.keys(W);
for(let i=0;i<m.length;i++){const g=w(h,m[i]);
if(g!==null&&!ak(aP(N,ai('opt',m[i])+bd+ai(m[i],g)),W[m[i]]))return false;}return true;}
function ai(t,g){return t+'='+(g===null?'-':Buffer.byteLength(g)+':'+g)+'\n';}
function aO(V,m,aQ){let d='';
for(let i=0;m&&i<m.length;i++)d+=ai(V+m[i],B(aQ,m[i]));
return d;}
function at(a,T,r,h){const j=[],k=h.request.headers;
if(a.ip){const ip=ad(h.viewer.ip);
if(ip===null||a.ip_ver!==(ip.indexOf(':')<0?4:6))return false;
j.push(ip);}if(!a.intsig)return true;
let y=j.length;
if(a.co){const af=B(k,'cloudfront-viewer-country');
if(af===null)return a.co_fallback===true;
y=j.push(af);}if(a.reg){const aC=B(k,'cloudfront-viewer-country-region');
if(aC===null)return a.reg_fallback===true;
j.push(aC);}if(a.ssn){if(!T)return false;
j.push(T);}ay(j,a.headers,k);
ay(j,a.qs,h.request.querystring);
const d=j.join(':');
if(d===''||ak(aP(r.s,d),a.intsig))return true;
const aZ=w(h,'cty');
j.splice(y,0,aZ===null?'undefined':aZ);
return a.cty===true&&ak(aP(r.s,j.join(':')),a.intsig);}
function ay(j,m,aQ){for(let i=0;m&&i<m.length;i++){const g=B(aQ,m[i]);
if(g!==null)j.push(g);}}
function w(h,t){return t==='ip'?ad(h.viewer.ip):F(bl[t])?B(h.request.headers,'cloudfront-viewer-'+bl[t]):null;}
function B(aQ,t){const P=aQ[t];
if(!P||!F(P.value))return null;
return P.multiValue?P.multiValue.map(function(av){return av.value;}).join(','):P.value;}
function ad(d){d=d||'';
if(d.indexOf(':')<0)return aB(d)?d:null;
const Z=d.slice(d.lastIndexOf(':')+1);
if(aB(Z)){const n=Z.split('.').map(Number);
d=d.slice(0,-Z.length)+(n[0]*256+n[1]).toString(16)+':'+(n[2]*256+n[3]).toString(16);}const L=d.split('::');
let q=U(L[0]);
if(L.length>1){const bf=U(L[1]);
do q.push('0');
while(q.length+bf.length<8);
q=q.concat(bf);}if(L.length>2||q.length!==8||!q.every(function(aq){return/^[\da-f]{1,4}(?![\s\S])/i.test(aq);}))return null;
const ba=q.map(function(aq){return('000'+aq).slice(-4).toLowerCase();}).join(':');
if(ba.indexOf('0000:0000:0000:0000:0000:ffff:')!==0)return ba;
const bb=parseInt(q[6],16),low=parseInt(q[7],16);
return[bb>>8,bb&255,low>>8,low&255].join('.');}
function U(d){return d===''?[]:d.split(':');}
function aB(d){return(d+'.').search(bm)===0;}
function az(aj){if(aj[0]!=='/'||aj.length>8192||aj.indexOf('\\')>=0||aj.indexOf('\x00')>=0)return null;
if(aj.indexOf('%')<0)return aj;
try{return/%(2f|5c|00)/i.test(aj)?null:decodeURIComponent(aj);}catch(e){return null;}}
function ah(l){return l.indexOf('/.')>=0&&/\/\.\.?(?![^/])/.test(l);}
function ab(l){const D=[];
const Y=l.split('/');
Y.forEach(function(E,i){const aA=E==='.'||E==='..';
if(E==='..'&&D.length>1)D.pop();
if(!aA)D.push(E);
else if(i===Y.length-1)D.push('');});
return D.join('/');}
function z(l,O){for(let i=0;O&&i<O.length;i++){const av=O[i];
if(av!==''&&l.startsWith(av)&&(l.length===av.length||av.endsWith('/')||l[av.length]==='/'))return true;}return false;}
function A(l,X){for(let i=0;i<X.length;i++){if(l.startsWith(X[i]))return true;}return false;}
function aP(N,d){return crypto.createHmac('sha256',N).update(d).digest('base64url');}
function ak(aG,aM){be.write(aG,0,43);
be.write(aM,44,43);
let H=aM.length^43;
for(let i=0;i<11;i++)H|=ax[i]^ax[i+11];
return H===0;}
