"""Sentences that nobody typed, as a download in each of some languages has them."""

DELETED = "deleted account"
"""What tests call everybody whose account is gone, whatever the language."""

# {x} is the sender, {y} whom or what it is about. The second form is the owner's own.
_SENTENCES = {
    "en": {
        "attachment": ("{x} sent an attachment.", "You sent an attachment."),
        "named": ("{x} named the group {y}.", "You named the group {y}."),
        "left": ("{x} left the group.", "You left the group."),
        "added": ("{x} added {y} to the group.", "You added {y} to the group."),
        "missed": ("{x} missed your call.", "You missed a call from {y}."),
    },
    "de": {
        "attachment": ("{x} hat einen Anhang gesendet.", "Du hast einen Anhang gesendet."),
        "named": ("{x} hat die Gruppe {y} genannt.", "Du hast die Gruppe {y} genannt."),
        "left": ("{x} hat die Gruppe verlassen.", "Du hast die Gruppe verlassen."),
        "added": ("{x} hat {y} zur Gruppe hinzugefügt.", "Du hast {y} zur Gruppe hinzugefügt."),
        "missed": ("{x} hat deinen Anruf verpasst.", "Du hast einen Anruf von {y} verpasst."),
    },
    "fr": {
        "attachment": ("{x} a envoyé une pièce jointe.", "Vous avez envoyé une pièce jointe."),
        "named": ("{x} a nommé le groupe {y}.", "Vous avez nommé le groupe {y}."),
        "left": ("{x} a quitté le groupe.", "Vous avez quitté le groupe."),
        "added": ("{x} a ajouté {y} au groupe.", "Vous avez ajouté {y} au groupe."),
        "missed": ("{x} a manqué votre appel.", "Vous avez manqué un appel de {y}."),
    },
    "cs": {
        "attachment": ("{x} poslal(a) přílohu.", "Poslal(a) jste přílohu."),
        "named": ("{x} pojmenoval(a) skupinu {y}.", "{x} pojmenoval(a) skupinu {y}."),
        "left": ("{x} opustil(a) skupinu.", "Opustil(a) jste skupinu."),
        "added": ("{x} přidal(a) do skupiny uživatele {y}.", "{x} přidal(a) do skupiny uživatele {y}."),
        "missed": ("{x} zmeškal(a) váš hovor.", "Zmeškali jste hovor od uživatele {y}."),
    },
}
_DELETED = {
    "en": ("Facebook user", "Instagram User"),
    "de": ("Facebook-Nutzer", "Instagram-Nutzer"),
    "fr": ("Utilisateur Facebook", "Utilisateur Instagram"),
    "cs": ("Uživatel Facebooku", "Uživatel Instagramu"),
}
LANGUAGES = tuple(_SENTENCES)


def sentence(key: str, language: str, sender: str, about: str, *, is_own: bool) -> str:
    """Return a sentence as a download in that language has it."""
    return _SENTENCES[language][key][is_own].format(x=sender, y=about)


def deleted_name(language: str, platform: str) -> str:
    """Return what a download calls an account that is gone."""
    return _DELETED[language][platform == "instagram"]
