import type { Body, Calls } from "../asking/Body.js"

/** A trial, as a newer server may send it. */
export type Trial = Body<Calls["trials"]["get"]>
/** Versions of a trial, newest first. */
export type History = Body<Calls["trials"]["history"]>
/** A version of a trial, with the change that made it. */
export type Version = History["items"][number]
/** The same trial elsewhere. */
export type Related = Body<Calls["trials"]["related"]>
