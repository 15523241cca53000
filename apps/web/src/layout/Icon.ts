/** The icon of the site: a record, and the mark of a version beside it. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#0b5c66"/><path d="M8 10h16M8 16h10M8 22h7" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/><circle cx="23" cy="21" r="4" fill="none" stroke="#fff" stroke-width="2.5"/></svg>
`
