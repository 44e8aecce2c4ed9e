-- step:     07 open_entry
-- asks:     Which lines are not certain yet, in which feeds may they be found, and is their code another line's too?
-- vi:       Dòng sổ nào chưa khớp chắc chắn, cần tìm ở phần mềm nào?
-- inputs:   applicant, certain, entry, open_record, record, repeated_code
-- grain:    entry_id, feed
-- params:   none
create or replace table open_entry as
with feed as (
    select distinct feed
    from record
),

free as (
    select *
    from entry
    where not exists (from certain where certain.entry_id = entry.entry_id)
),

open_code as (
    select
        feed,
        code_id
    from open_record
    union
    -- the other system's code, which the record names beside its own
    select
        feed,
        alias_id as code_id
    from open_record
)

select
    free.entry_id,
    feed.feed,
    free.book_id,
    free.code_id,
    free.unit_key,
    free.received_on,
    free.code_on,
    free.serial,
    free.phone,
    free.procedure_id,
    free.applicant_id,
    applicant.sound_id,
    applicant.given_sound_id,
    repeated_code.code_id is not null as is_code_repeated,
    false as is_found_elsewhere
from free
left join applicant on free.applicant_id = applicant.applicant_id
cross join feed
left join repeated_code on repeated_code.feed is null and free.code_id = repeated_code.code_id
union all by name
-- a line already found in another feed belongs to this one only by its code
select
    entry.entry_id,
    open_code.feed,
    entry.book_id,
    entry.code_id,
    null as unit_key,
    null as received_on,
    null as code_on,
    null as serial,
    null as phone,
    entry.procedure_id,
    null as applicant_id,
    null as sound_id,
    null as given_sound_id,
    false as is_code_repeated,
    true as is_found_elsewhere
from entry
inner join open_code on entry.code_id = open_code.code_id
where
    exists (from certain where certain.entry_id = entry.entry_id)
    and not exists (
        from certain
        where certain.entry_id = entry.entry_id and certain.feed = open_code.feed
    )
