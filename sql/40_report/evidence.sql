-- query:    evidence
-- asks:     How is each pattern of agreement put in words?
-- vi:       Mỗi kiểu giống nhau nói bằng lời thế nào?
-- inputs:   pattern, phrase
-- grain:    agreement
-- params:   none
create or replace table link_evidence as
with spoken as (
    select map_from_entries(list((phrase, text))) as words
    from phrase
    where kind = 'evidence'
)

select
    pattern.agreement,
    array_to_string(list_transform(pattern.evidence, lambda one: spoken.words[one]), '; ') as evidence
from pattern
cross join spoken
