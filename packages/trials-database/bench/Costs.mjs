/** What this process has cost so far: seconds since it began, seconds of CPU, and the most bytes of memory. */
export const costs = () => {
  const { system, user } = process.cpuUsage()
  return {
    wall: performance.now() / 1000,
    cpu: (user + system) / 1_000_000,
    memory: process.resourceUsage().maxRSS * 1024
  }
}
