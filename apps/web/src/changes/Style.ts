/** What values and changes add to the style of every page. */
export const style = `.visually-hidden{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border:0}
.lines{white-space:pre-wrap}
.unsaid{color:var(--soft);font-style:italic}
.cut,.note{color:var(--soft);font-size:.9rem}
ul.items{padding-left:1.1rem;margin:0}
ul.items>li{margin:.15rem 0}
ul.items>li:has(dl){margin:.5rem 0}
dl.members{margin:.2rem 0;padding-left:.8rem;border-left:2px solid var(--line)}
dl.members>div{display:flex;flex-wrap:wrap;gap:0 .6rem}
dl.members dt{color:var(--soft)}
dl.members dd{margin:0;min-width:0}
del.block,ins.block{display:block;padding:.1em .4em}
del,ins{padding:0 .15em;border-radius:2px;-webkit-box-decoration-break:clone;box-decoration-break:clone}
form .row input[type=date]{flex:0 1 14rem}
label input,label select{font-weight:400}
main [aria-current]{color:var(--ink);font-weight:600}
figure.days{margin:.4rem 0;max-width:44rem}
.days .chart{min-width:0;height:6.25rem}
.days figcaption{display:flex;justify-content:space-between;gap:1rem;font-size:.9rem}
`
