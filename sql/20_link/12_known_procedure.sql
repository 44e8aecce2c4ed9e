-- step:     12 known_procedure
-- asks:     Which procedure do people mean by other words for it, going by the certain links?
-- vi:       Cán bộ hay gọi mỗi thủ tục bằng những từ nào?
-- inputs:   certain
-- grain:    entry_procedure, record_procedure
-- params:   none
create or replace table known_procedure as
select
    entry_procedure,
    record_procedure,
    count(*) as lines,
    sum(count(*)) over (partition by entry_procedure) as lines_of_words
from certain
where entry_procedure is not null
group by entry_procedure, record_procedure
