"""The benchmarks, one after the other: make bench. The two longest, `intervals` and `reputation`, are run by name."""

from tests.bench import collect, dates, debates, embed, facts, files, ideas, many, memory, parse, read, reports, topics

for module in (parse, files, dates, collect, many, embed, memory, read, topics, debates, ideas, facts, reports):
    module.main()
