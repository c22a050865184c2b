// What is in briefs, for the validators: JSON briefs, one a line, on stdin. `node sample.mjs` gives the plans of their hunts,
// as `huntsmith convert --plan` writes them; `node sample.mjs DIALECT` the queries as the command said them.
import { createInterface } from "node:readline";

const dialect = process.argv[2];
let lines = 0;
const write = (line) => {
  lines += 1;
  console.log(JSON.stringify(line));
};
for await (const line of createInterface({ input: process.stdin })) {
  for (const { hunt, emissions } of JSON.parse(line).hunts) {
    if (!dialect) write({ path: "sample", plan: hunt });
    for (const emission of emissions.filter((emission) => emission.dialect === dialect)) {
      for (const { text } of emission.artifacts) write({ hunt: hunt.id, query: text, literals: [] });
    }
  }
}
if (lines === 0) {
  console.error(`nothing in ${dialect ?? "the briefs"}`);
  process.exit(1);
}
