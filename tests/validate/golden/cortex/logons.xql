refused unsupported-value `window` at hunt 0 node None: XQL's own time frame looks back from now; give a span instead
