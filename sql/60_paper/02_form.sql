-- step:     02 form
-- asks:     What does form II.06 say of each field by the software's word, and what after a look at the book?
-- vi:       Biểu II.06 theo phần mềm và sau đối chiếu sổ, từng lĩnh vực?
-- inputs:   dossier
-- grain:    view, field_key
-- params:   $begin, $until
-- source:   TT 01/2020/TT-VPCP, form II.06; lateness by calendar date
create or replace table form as
with viewed as (
    select
        'software' as view,
        dossier.* exclude (software_solved_on, book_solved_on),
        software_solved_on as solved_on,
        has_no_end_day as is_day_assumed
    from dossier
    union all by name
    select
        'book' as view,
        dossier.* exclude (software_solved_on, book_solved_on),
        book_solved_on as solved_on,
        has_no_end_day and book_returned_on is null as is_day_assumed
    from dossier
),

counted as (
    select
        view,
        field_key,
        field_name,
        coalesce(channel = 'online', false) as is_online,
        received_on < $begin as is_carried_over,
        solved_on is not null as is_solved,
        case
            when state = 'withdrawn' or due_on is null or is_day_assumed then 'on_time'
            when solved_on < due_on then 'early'
            when solved_on = due_on then 'on_time'
            when solved_on > due_on then 'late'
        end as solved_how,
        -- the clock of a paused dossier stands still
        coalesce(due_on < $until and state <> 'paused', false) as is_past_due
    from viewed
    where solved_on is null or solved_on >= $begin
)

select
    view,
    field_key,
    min(field_name) as field_name,
    count(*)::integer as received,
    (count(*) filter (where not is_carried_over and is_online))::integer as online,
    (count(*) filter (where not is_carried_over and not is_online))::integer as direct,
    (count(*) filter (where is_carried_over))::integer as carried_over,
    (count(*) filter (where is_solved))::integer as solved,
    (count(*) filter (where is_solved and solved_how = 'early'))::integer as early,
    (count(*) filter (where is_solved and solved_how = 'on_time'))::integer as on_time,
    (count(*) filter (where is_solved and solved_how = 'late'))::integer as late,
    (count(*) filter (where not is_solved))::integer as pending,
    (count(*) filter (where not is_solved and not is_past_due))::integer as pending_in_time,
    (count(*) filter (where not is_solved and is_past_due))::integer as pending_late
from counted
group by view, field_key
