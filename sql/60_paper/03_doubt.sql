-- step:     03 doubt
-- asks:     How many dossiers are counted on a guess that the paper must own up to, or not counted at all?
-- vi:       Bao nhiêu hồ sơ tính theo quy ước, bao nhiêu hồ sơ không tính vào biểu?
-- inputs:   case_record, dossier, link, logbook_entry
-- grain:    doubt
-- params:   $begin, $until
create or replace table doubt as
with counted as (
    select *
    from dossier
    where software_solved_on is null or software_solved_on >= $begin
),

-- as the form counts late ones in either view
judged as (
    select
        case
            when software_solved_on is null then due_on < $until and state <> 'paused'
            when software_solved_on >= $begin and not has_no_end_day and state <> 'withdrawn'
                then software_solved_on > due_on
        end as is_late_in_software,
        case
            when book_solved_on is null then due_on < $until and state <> 'paused'
            when
                book_solved_on >= $begin
                and not (has_no_end_day and book_returned_on is null)
                and state <> 'withdrawn'
                then book_solved_on > due_on
        end as is_late_in_book
    from dossier
),

uncounted as (
    select
        case_record.state,
        count(distinct case_record.code_id) as dossiers
    from case_record
    where
        coalesce(case_record.received_on, case_record.code_on, $begin) between $begin and $until
        and case_record.state in ('unclassified', 'not_received', 'refused')
        and not exists (
            from case_record as other
            where
                other.code_id = case_record.code_id
                and other.state in ('open', 'paused', 'closed', 'done', 'withdrawn')
        )
    group by case_record.state
),

linked_line as (
    select
        entry_id,
        bool_and(needs_review) as is_doubtful
    from link
    group by entry_id
),

line as (
    select
        linked_line.entry_id is null as is_only_in_book,
        coalesce(linked_line.is_doubtful, false) as is_doubtful
    from logbook_entry
    left join linked_line on logbook_entry.entry_id = linked_line.entry_id
    where logbook_entry.received_on between $begin and $until
)

select
    'no_end_day' as doubt,
    count(*)::integer as dossiers
from dossier
where has_no_end_day and book_returned_on is null
union all by name
select
    'no_due_day' as doubt,
    count(*)::integer as dossiers
from counted
where due_on is null
union all by name
select
    'no_channel' as doubt,
    count(*)::integer as dossiers
from counted
where channel is null and received_on >= $begin
union all by name
select
    'returned_after_due' as doubt,
    count(*)::integer as dossiers
from counted
where software_solved_on <= due_on and book_returned_on > due_on and not has_no_end_day
union all by name
-- these two, and those late in the software only, are all that parts the late ones of both views
select
    'late_in_book_only' as doubt,
    count(*)::integer as dossiers
from judged
where is_late_in_book and not coalesce(is_late_in_software, false)
union all by name
select
    'returned_late_before' as doubt,
    count(*)::integer as dossiers
from counted
where
    state not in ('paused', 'withdrawn')
    and not has_no_end_day
    and coalesce(software_solved_on > due_on, due_on < $until)
    and book_solved_on > due_on
    and book_solved_on < $begin
union all by name
select
    state as doubt,
    dossiers::integer as dossiers
from uncounted
union all by name
select
    'only_in_book' as doubt,
    (count(*) filter (where is_only_in_book))::integer as dossiers
from line
union all by name
select
    'doubtful_link' as doubt,
    (count(*) filter (where is_doubtful))::integer as dossiers
from line
