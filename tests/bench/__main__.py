"""All benchmarks, one after the other: make bench."""

from tests.bench import collect, debates, embed, ideas, many, memory, parse, read, topics

for module in (parse, collect, many, embed, memory, read, topics, debates, ideas):
    module.main()
