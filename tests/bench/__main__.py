"""All benchmarks, one after the other: make bench."""

from tests.bench import collect, debates, embed, ideas, many, memory, parse, read, reports, topics

for module in (parse, collect, many, embed, memory, read, topics, debates, ideas, reports):
    module.main()
