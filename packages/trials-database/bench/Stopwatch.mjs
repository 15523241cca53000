/** Adds up the milliseconds of several pieces of work. */
export const stopwatch = () => ({
  millis: 0,
  time(work) {
    const start = performance.now()
    const result = work()
    this.millis += performance.now() - start
    return result
  },
  async timeAsync(work) {
    const start = performance.now()
    const result = await work()
    this.millis += performance.now() - start
    return result
  }
})

const sorted = (numbers) => [...numbers].sort((a, b) => a - b)

export const median = (numbers) => sorted(numbers)[Math.floor(numbers.length / 2)]

/** The value that 99 of 100 do not exceed. */
export const p99 = (numbers) => sorted(numbers)[Math.ceil(numbers.length * 0.99) - 1]
