import { fork } from "node:child_process"
import { rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { count, megabytes, ratio, table } from "./Table.mjs"

const programs = {
  server: fileURLToPath(new URL("./CtgovServer.mjs", import.meta.url)),
  night: fileURLToPath(new URL("./CtgovNight.mjs", import.meta.url)),
  fetch: fileURLToPath(new URL("./CtgovFetch.mjs", import.meta.url))
}

/** The next message of a process. It fails if the process ends without one. */
const said = (child) =>
  new Promise((resolve, reject) => {
    child.once("message", resolve)
    child.once("exit", (code) => reject(new Error(`A process of the bench ended with ${code}.`)))
  })

/** How the command starts Node: `apps/batch/bin/trials.js`. */
const asTheCommand = { execArgv: ["--heap-growing-percent=100", "--max-semi-space-size=8"] }

/** What a program of the bench says at its end, in a process of its own. */
const result = async (program, args, options) => {
  const child = fork(program, args, options)
  const ended = new Promise((resolve) => child.once("exit", resolve))
  const answer = await said(child)
  await ended
  return answer
}

/** The most bytes that a place takes while some work goes on, looked at several times a second. */
const peakOf = async (place, work) => {
  let peak = 0
  const state = { isDone: false }
  const looking = (async () => {
    while (!state.isDone) {
      const bytes = await place.bytes()
      peak = Math.max(peak, bytes)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  try {
    return [await work(), () => peak]
  } finally {
    state.isDone = true
    await looking
  }
}

/** Fails unless a night found what the upstream has for it: a fast night that saw nothing proves nothing. */
const expectFound = ({ counts, reason, verdict }, expected, isFirst) => {
  const right = isFirst
    ? counts.created === expected.listed
    : counts.created === expected.created &&
      counts.edited >= expected.shown &&
      counts.missed === expected.missing
  if (verdict !== "complete" || !right)
    throw new Error(
      `${verdict}: ${reason?.message ?? ""} found ${JSON.stringify(counts)}, of ${JSON.stringify(expected)}`
    )
}

/**
 * Measures a first run of so many studies, and the night after it, in one place. Beside each stands the yardstick: the
 * same requests again, fetched and parsed. Every run and every yardstick is a process of its own; so is the upstream.
 */
export const censusNights = async ({ name, place, studies, folder }) => {
  const server = fork(programs.server, [String(studies)])
  const asked = join(folder, "asked")
  try {
    const { url } = await said(server)
    const nights = []
    for (const [title, from, to] of [
      ["first run", 0, 0],
      ["second night", 0, 1]
    ]) {
      console.error(`${name}: ${title} of ${count(studies)} studies …`)
      rmSync(asked, { force: true })
      const answer = said(server)
      server.send({ from, to })
      const expected = await answer
      const [run, peak] = await peakOf(place, () =>
        result(programs.night, [url, place.url, asked], asTheCommand)
      )
      expectFound(run, expected, title === "first run")
      const bare = await result(programs.fetch, [asked])
      nights.push({ title, run, bare, peak: peak(), size: await place.size() })
    }
    return nights
  } finally {
    server.disconnect()
  }
}

/** What the nights cost, as text. */
export const censusTable = (name, studies, nights) =>
  table(`${name}: ctgov, ${count(studies)} studies`, [
    [
      "",
      "requests",
      "whole records",
      "seconds",
      "ratio",
      "CPU s",
      "ratio",
      "peak RSS MiB",
      "peak disk MiB",
      "database MiB",
      "peak / database"
    ],
    ...nights.map(({ bare, peak, run, size, title }) => [
      title,
      count(bare.requests),
      count(run.counts.detailed),
      run.wall.toFixed(1),
      ratio(run.wall / bare.wall),
      run.cpu.toFixed(1),
      ratio(run.cpu / bare.cpu),
      megabytes(run.memory),
      megabytes(peak),
      megabytes(size),
      ratio(peak / size)
    ])
  ])
