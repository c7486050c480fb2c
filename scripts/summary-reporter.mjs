// A vitest reporter that ends with one line: "N passed, N failed".
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      // A file that does not even load counts as one failure.
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed++;
        else if (state === 'failed') failed++;
      }
    }
    this.line = `${passed} passed, ${failed} failed`;
    process.once('exit', () => process.stdout.write(`${this.line}\n`));
  }
}
