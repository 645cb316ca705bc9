import cf from 'cloudfront';
import crypto from 'crypto';
const aS=cf.kvs();
const R=86400;
const aU=5;
const al='ver iat exp nbf sst sid paths exc attr headers qs bind opt';
const ak='ver ip co cty reg ssn exp headers qs intsig paths exc ip_ver co_fallback reg_fallback nbf';
const an=/^\{"ver":2,"iat":(?:0|[1-9]\d{0,15}),"exp":(?:0|[1-9]\d{0,15})(?:,"nbf":(?:0|[1-9]\d{0,15}))?(?:,"sst":(?:0|[1-9]\d{0,15}))?,"sid":"[ !#-[\]-~]*","paths":\[(?:"[ !#-[\]-~]*",?)*\](?:,"exc":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"attr":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"headers":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"qs":\[(?:"[ !#-[\]-~]*",?)*\])?(?:,"bind":"[ !#-[\]-~]*")?(?:,"opt":\{(?:"[ !#-[\]-~]*":"[ !#-[\]-~]*",?)*\})?\}$/;
const am=/^\{(?:"(?:ip|co|cty|reg|ssn)":(?:true|false),)*(?:"exp":-?(?:0|[1-9]\d{0,17}),)?(?:"(?:headers|qs)":\[(?:"[ !#-[\]-~]*",?)*\],)*(?:"intsig":"[ !#-[\]-~]*",)?"paths":\[(?:"[ !#-[\]-~]*",?)*\],"exc":\[(?:"[ !#-[\]-~]*",?)*\](?:,"(?:(?:ip_ver|nbf|iat)":-?(?:0|[1-9]\d{0,17})|(?:co|reg)_fallback":(?:true|false)))*\}$/;
const bk={co:'cloudfront-viewer-country',reg:'cloudfront-viewer-country-region',cty:'cloudfront-viewer-city'};
const aa=/^\/(?:([\w-]{1,64})\.)?(([\w-]+)\.([\w-]+))\.([\w-]+)(?=\/)/;
const aH=/^[\w-]{1,64}(?![\s\S])/;
const aV=/^[A-Za-z0-9]{10}_./;
const aG=/not ?(found|exist)/i;
const bl=/^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.){4}$/;
const bf='eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6';
const bj=['','.','Q','0'];
const av=new Uint32Array(22);
const bd=Buffer.from(av.buffer);
async function handler(h){const o=h.request;
if(o.method==='OPTIONS'){const au={'access-control-allow-methods':'GET, HEAD, OPTIONS','access-control-allow-headers':'*','access-control-max-age':'86400'};
return H(204,'No Content',au);}let c;
try{const G=Math.floor(Date.now()/1000);
c=bo(o);
while(c.ask){let g=null,failure='';
try{g=await aS.get(c.ask);}catch(e){failure=String(e)||'-';}if(failure&&failure.search(aG)<0)g=await bi(c.ask);
aR(c,g,h,G);}}catch(e){c={no:'store'};}const no=c.no;
if(!no){cf.logCustomData('ok.'+(c.sid||'')+(c.unchecked?'.unchecked':''));
o.uri=c.rest;
if(o.querystring.pt)delete o.querystring.pt;
return o;}cf.logCustomData('no.'+no);
const bn='missing expired path viewer revoked'.indexOf(no)>=0?no:no==='store'?'unavailable':'invalid';
const l={'cache-control':'no-store','x-portcullis':bn};
if(no==='revoked')l['x-portcullis-reference']=c.sid.slice(-8);
if(no==='store')return H(503,'Service Unavailable',l);
return'path viewer revoked'.indexOf(no)>=0?H(403,'Forbidden',l):H(401,'Unauthorized',l);}
function H(aW,d,aC){const l={'access-control-allow-origin':{value:'*'},'access-control-expose-headers':{value:'X-Portcullis, X-Portcullis-Reference'}};
for(const t in aC)l[t]={value:aC[t]};
return{statusCode:aW,statusDescription:d,headers:l};}
async function bi(r){try{const bh=await aS.exists(r);
return bh===false?null:undefined;}catch(e){return undefined;}}
function aR(c,g,h,G){const U=c.ask[0];
c.ask='';
if(U==='k'){const r=g===null?{}:JSON.parse(g);
c.strict=r.rf;
c.no=(r.f!==1&&r.f!==2)||G>=r.na?'key':bg(c,r,h,G);}else if(U==='c'){const j=aw(c.rest);
c.no=g===undefined?'store':g!=='1'?'missing':j===null||af(j)?'path':'';}else if(g!==null){if(/^\d+$/.test(g))c.no=G<Number(g)?'revoked':'';
else if(c.strict)c.no='store';
else c.unchecked=true;}const S=c.sid;
if(!c.no&&S&&U!=='a')c.ask=U!=='s'?'s:'+S:S[10]==='_'&&S.search(aV)===0?'a:'+S.slice(0,10):'';}
function bo(o){const aT=o.uri,v=aa.exec(aT);
if(v)return aj(v,aT.slice(v[0].length));
const z=/^\/([^/]+)\//.exec(aT),pt=o.querystring.pt;
if(z&&z[1].indexOf('.')>=0)return{no:'malformed'};
if(pt){const O=pt.multiValue&&pt.multiValue.length>1?null:aa.exec('/'+pt.value+'/');
return O&&O[0].length===pt.value.length+1?aj(O,aT):{no:'malformed'};}return z&&z[1].length>=12&&aH.test(z[1])?{ask:'c:signed',sid:z[1],rest:aT.slice(z[1].length+1)}:{no:'missing'};}
function aj(v,bm){const D=v[0].length>4097?null:aL(v[3]);
return D?{ask:'k:'+D,sid:v[1],signed:v[2],payload:v[4],signature:v[5],rest:bm}:{no:'malformed'};}
function aB(u){const d=Buffer.from(u,'base64url').toString();
return Buffer.from(d).toString('base64url')===u?d:null;}
function ac(u){const aI=Buffer.from(u,'base64url'),d=aI.toString();
return aI.length===d.length&&u.endsWith(bj[u.length%4])?d:'';}
function aL(u){if(u.startsWith(bf)){const d=ac(u.slice(44)),D=d.slice(1,-2);
if(d==='"'+D+'"}'&&D.search(aH)===0)return D;}const K=u.length>342?null:aQ(aB(u));
if(!K||K.escaped||K.members!==3)return null;
const F=K.json;
return F.alg==='HS256'&&F.typ==='JWT'&&C(F.kid)&&aH.test(F.kid)?F.kid:null;}
function aD(u,v2){const d=ac(u),minted=v2?an:am;
if(d.search(minted)===0){try{const a=JSON.parse(d);
if(a.opt===undefined||d.endsWith(JSON.stringify(a.opt)+'}'))return a;}catch(e){return null;}}const Y=aQ(aB(u));
if(!Y)return null;
const a=Y.json;
const Q=[];
(v2?al:ak).split(' ').forEach(function(t){if(a[t]!==undefined)Q.push('"'+t+'":'+JSON.stringify(a[t]));});
if(v2&&Y.members!==Q.length+Object.keys(a.opt||{}).length)return null;
return('{'+Q.join(',')+'}').replace(/\\.|[^ -~]/g,'').search(minted)===0?a:null;}
function aQ(d){if(d===null||!/^\s*\{/.test(d))return null;
let F;
try{F=JSON.parse(d);}catch(e){return null;}const ae=d.indexOf('\\')>=0;
const aX=d.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g,'');
if(/[^a-z\s\d{}[\]:,-]|\b0\d|\de/.test(aX))return null;
if(ae&&/\\ud[89a-f]/i.test(d.replace(/\\\\/g,'').replace(/\\ud[89ab]..\\ud[c-f]../gi,'')))return null;
return{json:F,members:aX.split(':').length-1,escaped:ae};}
function bg(c,r,h,G){const v2=r.f===2,signed=c.signed;
if(!v2&&signed.length+c.signature.length<59)return'malformed';
if(!ai(aN(v2?Buffer.from(r.s,'base64url'):r.s,signed),c.signature))return'signature';
const a=aD(c.payload,v2);
if(!a)return'malformed';
const no=v2?aJ(a,c,r,G):G>a.exp?'expired':G<a.nbf?'early':'';
if(no)return no;
let j=aw(c.rest);
const ax=j!==null&&af(j);
if(j===null||(ax&&!v2))return'path';
if(ax)j=Z(j);
if(r.p&&r.p.length&&!x(j,r.p))return'path';
if(v2?x(j,a.exc):y(c.rest,a.exc))return'';
if(!(v2?x(j,a.paths):y(c.rest,a.paths)))return'path';
return(v2?ar(a,c.sid,r,h):aq(a,c.sid,r,h))?'':'viewer';}
function aJ(a,c,r,G){if(ap(a.attr)||ap(a.headers)||ap(a.qs)?a.bind===undefined:a.bind!==undefined)return'malformed';
if(a.sid!==c.sid)return'session';
if(a.exp-a.iat>(r.ml||R)||a.exp<=a.iat)return'lifetime';
return G>=a.exp?'expired':a.nbf>G+aU?'early':'';}
function ap(bb){return bb!==undefined&&bb.length>0;}
function C(g){return typeof g==='string';}
function ar(a,S,r,h){const L=Buffer.from(r.b,'base64url');
const bc=ag('sid',S);
if(a.bind!==undefined){const w=a.attr||[];
let d=bc;
for(let i=0;i<w.length;i++){const g=k(h,w[i]);
if(g===null)return false;
d+=ag(w[i],g);}d+=aM('h.',a.headers,h.request.headers)+aM('q.',a.qs,h.request.querystring);
if(!ai(aN(L,d),a.bind))return false;}if(a.opt===undefined)return true;
const m=Object.keys(a.opt);
for(let i=0;i<m.length;i++){const g=k(h,m[i]);
if(g!==null&&!ai(aN(L,ag('opt',m[i])+bc+ag(m[i],g)),a.opt[m[i]]))return false;}return true;}
function ag(t,g){return t+'='+(g===null?'-':Buffer.byteLength(g)+':'+g)+'\n';}
function aM(U,m,aO){let d='';
for(let i=0;m&&i<m.length;i++)d+=ag(U+m[i],P(aO,m[i]));
return d;}
function aq(a,S,r,h){const l=h.request.headers;
let I='',behind='';
if(a.ip){const ip=ab(h.viewer.ip);
if(ip===null||a.ip_ver!==(ip.indexOf(':')<0?4:6))return false;
I=':'+ip;}if(!a.intsig)return true;
if(a.co){const ad=k(h,'co');
if(ad===null)return a.co_fallback===true;
I+=':'+ad;}if(a.reg){const aA=k(h,'reg');
if(aA===null)return a.reg_fallback===true;
behind=':'+aA;}if(a.ssn){if(!S)return false;
behind+=':'+S;}behind+=az(a.headers,l)+az(a.qs,h.request.querystring);
const d=(I+behind).slice(1);
if(d===''||ai(aN(r.s,d),a.intsig))return true;
const aY=k(h,'cty');
return a.cty===true&&ai(aN(r.s,(I+':'+(aY===null?'undefined':aY)+behind).slice(1)),a.intsig);}
function az(m,aO){let d='';
for(let i=0;m&&i<m.length;i++){const g=P(aO,m[i]);
if(g!==null)d+=':'+g;}return d;}
function k(h,t){return t==='ip'?ab(h.viewer.ip):C(bk[t])?P(h.request.headers,bk[t]):null;}
function P(aO,t){const N=aO[t];
if(!N||!C(N.value))return null;
return N.multiValue?N.multiValue.map(function(at){return at.value;}).join(','):N.value;}
function ab(d){d=d||'';
if(d.indexOf(':')<0)return ay(d)?d:null;
const X=d.slice(d.lastIndexOf(':')+1);
if(ay(X)){const n=X.split('.').map(Number);
d=d.slice(0,-X.length)+(n[0]*256+n[1]).toString(16)+':'+(n[2]*256+n[3]).toString(16);}const J=d.split('::');
let q=T(J[0]);
if(J.length>1){const be=T(J[1]);
do q.push('0');
while(q.length+be.length<8);
q=q.concat(be);}if(J.length>2||q.length!==8||!q.every(function(ao){return/^[\da-f]{1,4}(?![\s\S])/i.test(ao);}))return null;
const aZ=q.map(function(ao){return('000'+ao).slice(-4).toLowerCase();}).join(':');
if(aZ.indexOf('0000:0000:0000:0000:0000:ffff:')!==0)return aZ;
const ba=parseInt(q[6],16),low=parseInt(q[7],16);
return[ba>>8,ba&255,low>>8,low&255].join('.');}
function T(d){return d===''?[]:d.split(':');}
function ay(d){return(d+'.').search(bl)===0;}
function aw(ah){if(ah[0]!=='/'||ah.length>8192||ah.indexOf('\\')>=0||ah.indexOf('\x00')>=0)return null;
if(ah.indexOf('%')<0)return ah;
try{return/%(2f|5c|00)/i.test(ah)?null:decodeURIComponent(ah);}catch(e){return null;}}
function af(j){return j.indexOf('/.')>=0&&/\/\.\.?(?![^/])/.test(j);}
function Z(j){const A=[];
const W=j.split('/');
W.forEach(function(B,i){const ax=B==='.'||B==='..';
if(B==='..'&&A.length>1)A.pop();
if(!ax)A.push(B);
else if(i===W.length-1)A.push('');});
return A.join('/');}
function x(j,M){for(let i=0;M&&i<M.length;i++){const at=M[i];
if(at!==''&&j.startsWith(at)&&(j.length===at.length||at.endsWith('/')||j[at.length]==='/'))return true;}return false;}
function y(j,V){for(let i=0;i<V.length;i++){if(j.startsWith(V[i]))return true;}return false;}
function aN(L,d){return crypto.createHmac('sha256',L).update(d).digest('base64url');}
function ai(aE,aK){bd.write(aE,0,43);
bd.write(aK,44,43);
let E=aK.length^43;
for(let i=0;i<11;i++)E|=av[i]^av[i+11];
return E===0;}
