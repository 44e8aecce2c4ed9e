-- step:     23 link
-- asks:     How probable is each link, and which are sure enough that of all asserted ones so few are false?
-- vi:       Mỗi cặp khớp có xác suất đúng bao nhiêu, cặp nào phải có người xem?
-- inputs:   assigned, certain_link, pattern
-- grain:    entry_id, feed
-- params:   $assert_at, $calibrations, $false_links, $review_bits
create or replace table link as
with found as (
    select
        entry_id,
        record_id,
        feed,
        method,
        agreement,
        weight as bits,
        weight as person_bits,
        weight
    from certain_link
    union all by name
    select
        entry_id,
        record_id,
        feed,
        method,
        agreement,
        bits,
        person_bits,
        weight
    from assigned
),

kind as (
    select
        found.* exclude (weight),
        case
            -- where a rival decides, the evidence is of one kind and says less than it seems to
            when found.weight - found.bits > 1 then 2
            -- without a rival, what settles it says more: whoever else it could be would be one
            when pattern.is_settled then 3
            else 1
        end as calibration
    from found
    inner join pattern on found.agreement = pattern.agreement
),

-- few patterns, few weights: each is calibrated once
weight as (
    select distinct
        bits,
        calibration
    from kind
),

holding as (
    select
        bits,
        calibration,
        -- bits as they were seen to hold: each stretch [from, length, slope] adds its part
        1 / (
            1
            + pow(
                2,
                -$calibrations[calibration].start
                - list_sum(
                    list_transform(
                        $calibrations[calibration].stretches,
                        lambda stretch: stretch[3] * greatest(0, least(bits - stretch[1], stretch[2]))
                    )
                )
            )
        ) as score
    from weight
),

calibrated as (
    select
        kind.* exclude (bits, person_bits, calibration),
        case when kind.method = 'decision' then 1 else holding.score end as score
    from kind
    inner join holding on kind.bits = holding.bits and kind.calibration = holding.calibration
    -- which of a person's dossiers it is may be open: that it is one of them brings it before somebody's eyes
    where kind.method = 'decision' or kind.person_bits >= $review_bits[kind.calibration]
),

doubtful as (
    select
        score,
        sum(1 - score) over (order by score desc, entry_id asc, record_id asc) as doubts,
        row_number() over (order by score desc, entry_id asc, record_id asc) as place
    from calibrated
    where score < 1 - 2 * $false_links
),

sure as (
    select
        count(*) as links,
        coalesce(sum(1 - score), 0) as doubts
    from calibrated
    where score >= 1 - 2 * $false_links
),

-- half the doubt of twice the rate is somebody else's: such a link is sure by itself, however small the books
bound as (
    select
        greatest(
            $assert_at,
            coalesce(
                min(doubtful.score) filter (
                    where doubtful.doubts + sure.doubts <= $false_links * (doubtful.place + sure.links)
                ),
                1 - 2 * $false_links
            )
        ) as score
    from sure
    left join doubtful on true
)

select
    calibrated.*,
    calibrated.score < bound.score as needs_review
from calibrated
cross join bound
