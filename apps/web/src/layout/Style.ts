import { style as ofValues } from "../changes/Style.js"

/** The style of every page. Its colours have a contrast of 4.5 or more on each of its grounds, in light and in dark. */
export const style = `:root{color-scheme:light dark;--ground:#fff;--raised:#f4f7f7;--ink:#1b2427;--soft:#4c5a5f;--line:#cbd5d7;--edge:#71848a;--link:#0b5c66;--mark:#fff3cd;--add:#dcf3e1;--cut:#fbe3e0;--good:#1d6b36;--bad:#9c2b1f}
@media screen and (prefers-color-scheme:dark){:root{--ground:#14191b;--raised:#1d2427;--ink:#e6ecee;--soft:#a9b7bb;--line:#38454a;--edge:#7d9097;--link:#7fcbd6;--mark:#40371a;--add:#17402a;--cut:#55261f;--good:#84d29c;--bad:#f3a093}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0 auto;max-width:72rem;padding:0 max(1rem,3vw);background:var(--ground);color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR","Noto Sans CJK KR",sans-serif;overflow-wrap:anywhere}
:lang(ko){word-break:keep-all}
:lang(en){word-break:normal}
h1,h2,h3{line-height:1.25;text-wrap:balance;margin:2rem 0 .6rem}
h1{font-size:clamp(1.5rem,1.1rem + 2vw,2.1rem);margin-top:1.5rem;letter-spacing:-.01em}
h2{font-size:1.3rem}
h3{font-size:1.08rem;margin-top:1.4rem}
p,main ul,main ol,dd,details>summary{max-width:68ch}
p,ul,ol,dl{margin:.6rem 0}
small,.soft,figcaption,caption{color:var(--soft)}
small,.small{font-size:.9rem}
a{color:var(--link);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
main:focus{outline:0}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--raised);padding:.05em .3em;border-radius:3px}
pre{overflow-x:auto;background:var(--raised);padding:.8rem 1rem;border-radius:6px}
pre code{padding:0;background:none}
.skip{position:absolute;left:-99rem}
.skip:focus{position:static;display:inline-block;padding:.5rem 0}
.top{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;align-items:baseline;padding:.9rem 0 .7rem;border-bottom:1px solid var(--line)}
.top ul,ul.inline,ul.chips,ul.plain{list-style:none;margin:0;padding:0}
.top ul,ul.inline,ul.chips{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}
.top a{display:inline-block;padding:.25rem 0;text-decoration:none}
.top a:hover{text-decoration:underline}
.top [aria-current]{color:var(--ink);font-weight:600;box-shadow:0 2px 0 var(--link)}
.brand{font-weight:700;font-size:1.15rem}
.language{margin-left:auto}
footer{margin:3.5rem 0 2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.93rem}
.lead{font-size:1.15rem;line-height:1.55}
.notice,.warning{padding:.6rem .9rem;background:var(--mark);border-left:4px solid var(--edge);border-radius:4px}
.bad{color:var(--bad)}
.good{color:var(--good)}
.box{overflow-x:auto;max-width:100%;margin:.8rem 0}
table{border-collapse:collapse;font-size:.97rem;overflow-wrap:break-word}
tbody th{font-weight:500}
caption{text-align:left;padding:.2rem 0 .5rem}
th,td{padding:.4rem .9rem .4rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{font-size:.9rem;border-bottom:1px solid var(--edge)}
td .said{overflow-wrap:anywhere}
.long,td:has(.said){min-width:12rem}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.nowrap{white-space:nowrap}
dl.facts{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.3rem 1.4rem}
dl.facts dt{color:var(--soft)}
dl.facts dd{margin:0;min-width:0}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:1rem;margin:1rem 0}
.card{border:1px solid var(--line);border-radius:8px;padding:1rem 1.2rem;min-width:0}
.card>:first-child{margin-top:0;font-size:1.1rem}
.card>:last-child{margin-bottom:0}
.tally{display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.7rem;padding:0;list-style:none;max-width:none}
.tally a{display:block;border:1px solid var(--line);border-radius:8px;padding:.6rem .9rem;text-decoration:none}
.tally a:hover{border-color:var(--link)}
.tally b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.kind{display:inline-block;border:1px solid var(--edge);border-radius:1rem;padding:0 .6rem;font-size:.88rem;white-space:nowrap}
ins{background:var(--add);text-decoration:underline;text-decoration-thickness:2px}
del{background:var(--cut)}
label,legend{font-size:.95rem;font-weight:600}
input,select,button{font:inherit;line-height:1.4;color:inherit;max-width:100%}
input:not([type=checkbox]),select{width:100%;min-height:2.6rem;padding:.42rem .6rem;border:1px solid var(--edge);border-radius:6px;background:var(--ground)}
button{padding:.42rem 1.1rem;border:1px solid var(--link);border-radius:6px;background:var(--link);color:var(--ground);font-weight:600;cursor:pointer}
fieldset{border:0;padding:0;margin:0;min-width:0}
.row{display:flex;flex-wrap:wrap;gap:.6rem;margin:.3rem 0}
.row input{flex:1 1 14rem;width:auto;min-width:0}
.fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,11rem),1fr));gap:.7rem 1rem;margin:.8rem 0}
.fields.wide{grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));align-items:end}
.fields>*{min-width:0}
.check{font-weight:400}
.searchbox{max-width:44rem;margin:1.2rem 0}
summary{cursor:pointer;padding:.25rem 0;color:var(--link)}
details{margin:.4rem 0}
ul.chips{gap:.5rem;margin:.8rem 0}
.chips a{display:inline-block;border:1px solid var(--edge);border-radius:1rem;padding:.1rem .8rem;text-decoration:none;background:var(--raised)}
.chips a:hover{border-color:var(--link)}
.hits{list-style:none;padding:0;max-width:none}
.hits>li{padding:1rem 0;border-bottom:1px solid var(--line)}
.hits h3{margin:0 0 .2rem;font-weight:600}
.hits p{margin:.2rem 0}
.facet ul{padding:0;list-style:none;margin:0}
.facet li{display:flex;justify-content:space-between;gap:1rem;padding:.1rem 0}
.facet h3{margin:1.1rem 0 .2rem}
.box>.chart{min-width:34rem}
.chart{display:block;width:100%;max-width:44rem;height:auto;color:var(--ink)}
.chart .bar{fill:var(--link)}
.chart .fault{stroke:var(--bad);fill:none;stroke-width:2}
.chart .axis{stroke:var(--line)}
.chart text{fill:var(--soft)}
@media (min-width:62rem){.found{display:grid;grid-template-columns:minmax(0,1fr) 17rem;gap:3rem}}
@media (max-width:30rem){.fields{grid-template-columns:repeat(auto-fill,minmax(min(100%,8.2rem),1fr))}dl.facts{grid-template-columns:1fr;gap:0}dl.facts dd{margin-bottom:.5rem}.language{margin-left:0}}
@media print{:root{color-scheme:light}.top nav,.top .language,.skip,form,.facets,ul.chips,:is(h2,h3):has(+form),details:has(>form){display:none}details::details-content{content-visibility:visible;block-size:auto}body{max-width:none;font-size:10.5pt;color:#000;background:#fff}main a[href^="http"]:after,main a[href^="/"]:after{content:" <" attr(href) ">";font-size:.85em}main .tally a[href]:after{content:none}.box{overflow:visible}h2,h3{break-after:avoid}tr,li{break-inside:avoid}}
${ofValues}`
