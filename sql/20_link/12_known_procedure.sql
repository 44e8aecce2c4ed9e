-- step:     12 known_procedure
-- asks:     Which procedure do people mean by other words for it, going by the certain links?
-- vi:       Cán bộ hay gọi mỗi thủ tục bằng những từ nào?
-- inputs:   certain, entry, record
-- grain:    entry_procedure, record_procedure
-- params:   none
create or replace table known_procedure as
select
    entry.procedure_id as entry_procedure,
    record.procedure_id as record_procedure,
    count(*) as lines,
    sum(count(*)) over (partition by entry.procedure_id) as lines_of_words
from certain
inner join entry on certain.entry_id = entry.entry_id
inner join record on certain.record_id = record.record_id
-- where nothing differs, the procedure does not
where certain.agreement is null and entry.procedure_id <> record.procedure_id
group by entry.procedure_id, record.procedure_id
