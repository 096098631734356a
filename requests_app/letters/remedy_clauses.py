"""What a letter says about redress: one table of clauses by profile, which a body's lawyers may replace. Pure."""

from collections.abc import Mapping

from requests_app.outcomes import Remedy

# law.md §1.14 and §4.2; filled with the reviewing body and the court.
CLAUSES: Mapping[str, tuple[str, ...]] = {
    Remedy.REVIEW_FIRST: (
        "如不服本决定，可以自收到之日起60日内先向{review_body}申请行政复议；对行政复议决定不服的，可以自收到行政复议决定书"
        "之日起15日内向{court}提起行政诉讼。",
    ),
    Remedy.EITHER: (
        "如不服本决定，可以自收到之日起60日内向{review_body}申请行政复议，或者自收到之日起6个月内向{court}提起行政诉讼。",
    ),
    Remedy.PARTIAL: (
        "对本决定中不予公开的部分不服的，可以自收到之日起60日内先向{review_body}申请行政复议；对行政复议决定不服的，可以自"
        "收到行政复议决定书之日起15日内向{court}提起行政诉讼。",
        "对本决定中予以公开的部分不服的，可以自收到之日起60日内向{review_body}申请行政复议，或者自收到之日起6个月内向"
        "{court}提起行政诉讼。",
    ),
    Remedy.EXCLUDED: ("如认为上述处理侵犯合法权益，可以依法申请行政复议或者提起行政诉讼。",),
    Remedy.PROCEDURAL: (),
    Remedy.COMPLAINT_ONLY: (
        "如认为本单位未依照规定公开信息，可以依照《政府信息公开条例》第五十五条的规定向有关主管部门或者机构申诉。",
    ),
}
# Profiles whose clauses cannot be written without the reviewing body and the court.
NAMES_BODIES = frozenset({Remedy.REVIEW_FIRST, Remedy.EITHER, Remedy.PARTIAL})


def remedy_text(
    profile: str, *, review_body: str, court: str, clauses: Mapping[str, tuple[str, ...]] = CLAUSES
) -> tuple[str, ...]:
    """行政复议法§23, §20、行政诉讼法§46, §45、条例§51, §55: the paragraphs on redress, none for a procedural letter.

    A refusal under 条例§14 to §16 goes to reconsideration first and never says that a court is open directly; a partial
    answer says so for what is withheld and the other for what is given, in two paragraphs.
    """
    return tuple(text.format(review_body=review_body, court=court) for text in clauses[profile])
