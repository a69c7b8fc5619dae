// Loaded before a program from npm: its time is as many seconds ahead as a file says. Nothing else is stood in for.
const { readFileSync } = require('node:fs')

const Real = Date
const ahead = () => Number(readFileSync(process.env.SECONDS_AHEAD, 'utf8')) * 1000

globalThis.Date = class Date extends Real {
  constructor(...of) {
    super(...(of.length ? of : [Date.now()]))
  }

  static now() {
    return Real.now() + ahead()
  }
}
