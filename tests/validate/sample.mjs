// The queries of briefs in one dialect, in the validators' form: JSON briefs, one a line, on stdin. `node sample.mjs DIALECT`
import { createInterface } from "node:readline";

const dialect = process.argv[2];
let queries = 0;
for await (const line of createInterface({ input: process.stdin })) {
  for (const hunt of JSON.parse(line).hunts) {
    for (const emission of hunt.emissions.filter((emission) => emission.dialect === dialect)) {
      for (const artifact of emission.artifacts) {
        queries += 1;
        console.log(JSON.stringify({ hunt: hunt.hunt.id, query: artifact.text, literals: [] }));
      }
    }
  }
}
if (queries === 0) {
  console.error(`no query in ${dialect}`);
  process.exit(1);
}
