/** What values and changes add to the style of every page. */
export const style = `.visually-hidden{position:absolute;width:1px;height:1px;margin:-1px;padding:0;overflow:hidden;clip-path:inset(50%);white-space:nowrap;border:0}
.lines{white-space:pre-wrap}
.unsaid{color:var(--soft);font-style:italic}
.cut,.note{color:var(--soft);font-size:.9rem}
ul.items{padding-left:1.1rem;margin:0}
ul.items li{margin:.15rem 0}
dl.members{margin:.2rem 0;padding-left:.8rem;border-left:2px solid var(--line)}
dl.members div{display:flex;flex-wrap:wrap;gap:0 .6rem}
dl.members dt{color:var(--soft)}
dl.members dd{margin:0;min-width:0}
del,ins{padding:0 .15em;border-radius:2px;-webkit-box-decoration-break:clone;box-decoration-break:clone}
`
