"""All benchmarks, one after the other: make bench."""

from tests.bench import collect, embed, memory, parse, topics

for module in (parse, collect, embed, memory, topics):
    module.main()
