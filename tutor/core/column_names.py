"""What the columns of class lists and gradebooks are called, in the languages that we know.

The names are those that Canvas and Moodle write (Moodle in its user's language), and what people
call the columns of lists of their own. Where a name is not known here, a person says what it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from tutor.core.csv_table import Row, key


class Role(StrEnum):
    """What a column says about a person."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    NUMBER = "number"
    LOGIN = "login"
    GROUP = "group"


_SAID: Mapping[Role, str] = {
    Role.NAME: """
        name | full name | student | student name | learner | participant | display name
        vollständiger name | nom complet | nom et prénom | nombre completo | nome completo
        nome e cognome | volledige naam | naam | fullständigt namn | namn | fulde navn | navn
        koko nimi | nimi | imię i nazwisko | celé jméno | jméno a příjmení | teljes név | név
        ad soyad | adı soyadı | фио | полное имя | повне ім'я | ονοματεπώνυμο | الاسم الكامل
        الاسم | שם מלא | نام کامل | نام و نام خانوادگی | 姓名 | 氏名 | 名前 | 성명 | 성함""",
    Role.FIRST: """
        first name | firstname | given name | given names | forename | vorname | prénom
        prénoms | nombre | nombres | nome | nome próprio | primeiro nome | voornaam | förnamn
        fornavn | etunimi | imię | jméno | křestní jméno | keresztnév | utónév | ad | adı | имя
        ім'я | όνομα | الاسم الأول | שם פרטי | نام | 名 | 이름 | nom""",
    Role.LAST: """
        last name | lastname | surname | family name | nachname | familienname | nom
        nom de famille | apellido | apellidos | apellido(s) | sobrenome | apelido | último nome
        cognome | cognom | cognoms | achternaam | efternamn | efternavn | etternavn | sukunimi
        nazwisko | příjmení | vezetéknév | családnév | soyad | soyadı | фамилия | прізвище
        επώνυμο | اسم العائلة | الاسم الأخير | שם משפחה | نام خانوادگی | 姓 | 姓氏 | 성""",
    Role.EMAIL: """
        email | e-mail | mail | email address | e-mail address | e-mail-adresse | email-adresse
        mailadresse | adresse de courriel | adresse e-mail | adresse email | courriel
        adresse mail | dirección de correo | dirección email | dirección de correo electrónico
        correo | correo electrónico | endereço de email | endereço de e-mail
        correio eletrónico | indirizzo email | indirizzo e-mail | adreça electrònica
        e-mailadres | e-mail adres | e-postadress | e-post | e-postadresse | e-mailadresse
        sähköpostiosoite | sähköposti | adres e-mail | adres email | e-mailová adresa
        e-mail cím | e-mail-cím | e-posta adresi | e-posta | адрес электронной почты
        электронная почта | електронна пошта | адреса електронної пошти | διεύθυνση email
        διεύθυνση ηλεκτρονικού ταχυδρομείου | عنوان البريد الإلكتروني | البريد الإلكتروني
        כתובת דואר אלקטרוני | דואר אלקטרוני | דוא"ל | پست الکترونیک | پست الکترونیکی
        نشانی پست الکترونیکی | آدرس ایمیل | ایمیل | 电子邮件地址 | 电子邮件 | 邮箱 | email地址
        電子郵件 | 電子郵件信箱 | 電子信箱 | メールアドレス | 이메일 주소 | 이메일""",
    Role.NUMBER: """
        number | id | student id | student number | student no | student no. | id number
        sis user id | sis id | matriculation | matriculation number | matrikelnummer
        matrikelnr | matrikelnr. | matr.-nr. | id-nummer | numéro d'identification
        numéro étudiant | n° étudiant | número de id | número de identificación
        número de identificação | número id | matrícula | número de matrícula
        codice identificativo | matricola | numero di matricola | studentnummer | id-nr
        opintotunnus | opiskelijanumero | tunnistenumero | numer id | numer albumu
        identifikační číslo | id číslo | azonosító szám | azonosító | neptun-kód
        kimlik numarası | id numarası | öğrenci no | öğrenci numarası | идентификационный номер
        индивидуальный номер | номер | id-номер | ідентифікаційний номер | αριθμός ταυτότητας
        αριθμός μητρώου | رقم التعريف | الرقم التعريفي | رقم الهوية | الرقم الجامعي | מספר זיהוי
        מספר זהות | شماره شناسایی | کد شناسایی | شماره دانشجویی | 学号 | 编号 | 學號
        idナンバー | id番号 | 学籍番号 | 식별번호 | 학번 | student_id | orgdefinedid""",
    Role.LOGIN: """
        login | login id | sis login id | username | user name | user id | anmeldename
        benutzername | nutzername | nom d'utilisateur | identifiant | nombre de usuario
        usuario | nome de usuário | nome de utilizador | nome utente | nom d'usuari
        gebruikersnaam | användarnamn | brugernavn | brukernavn | käyttäjätunnus
        nazwa użytkownika | uživatelské jméno | felhasználónév | kullanıcı adı | логин
        имя пользователя | логін | ім'я користувача | όνομα χρήστη | اسم المستخدم | שם משתמש
        نام کاربری | 用户名 | 帳號 | 使用者名稱 | ユーザ名 | ユーザー名 | 사용자명
        사용자 아이디""",
    Role.GROUP: """
        group | groups | section | seminar | gruppe | gruppen | groupe | groupes | grupo | grupos
        gruppo | gruppi | grup | grups | groep | groepen | grupp | grupper | ryhmä | ryhmät | grupa
        grupy | skupina | skupiny | csoport | csoportok | gruplar | группа | группы | група | групи
        ομάδα | ομάδες | المجموعات | المجموعة | קבוצה | קבוצות | گروه | گروه‌ها | 小组 | 群組
        グループ | 모둠 | 그룹""",
}
KNOWN: Mapping[Role, frozenset[str]] = {
    role: frozenset(key(word) for line in said.splitlines() for word in line.split("|")) - {""}
    for role, said in _SAID.items()
}
EVERY = frozenset().union(*KNOWN.values())
# Names of one half of a name that stand for the whole where there is no other half.
_WHOLE = frozenset(
    map(key, ("nom", "nombre", "nome", "jméno", "имя", "όνομα", "نام", "이름", "ad"))
)
# “Name, Vorname” and “Name, Surname”: the bare word means the half that has no column of its own.
_BARE = frozenset({"name", "naam", "navn", "namn"})


def is_canvas(columns: Sequence[str]) -> bool:
    """Whether these are the columns of a gradebook that Canvas exports, whatever the language.

    Beside “ID”, which is Canvas's own, others are said to be those of the SIS in any language.
    """
    begins = bool(columns) and (columns[0] in ("student", "lastname") or bool(_of_sis(columns)))
    return begins and "id" in columns[1:3]


def _of_sis(columns: Sequence[str]) -> list[int]:
    """The columns of the student information system: its number, then its login."""
    return [at for at, column in enumerate(columns) if "sis" in re.split(r"[^a-z]+", column)]


def roles_of(columns: Sequence[str]) -> dict[Role, int]:
    """Where each role stands, as far as it can be told; ``columns`` as ``key`` makes them.

    Canvas's “ID” is its own and nobody's number. Of two columns for one role the first is taken.
    """
    known = {
        role: next((at for at, column in enumerate(columns) if column in words), -1)
        for role, words in KNOWN.items()
    }
    if is_canvas(columns):
        known[Role.NUMBER] = columns.index("sis user id") if "sis user id" in columns else -1
        sis = _of_sis(columns)
        if len(sis) == 2 and known[Role.NUMBER] < 0 and known[Role.LOGIN] < 0:
            known[Role.NUMBER], known[Role.LOGIN] = sis
        if max(known[Role.NAME], known[Role.LAST]) < 0:
            known[Role.NAME] = 0
    found = {role: at for role, at in known.items() if at >= 0}
    first, last = found.get(Role.FIRST), found.get(Role.LAST)
    if first is not None and first == last:  # “nom” is the last name beside “prénom”
        others = [at for at, c in enumerate(columns) if c in KNOWN[Role.FIRST] and at != last]
        first = found[Role.FIRST] = others[0] if others else first
    whole = found.get(Role.NAME)
    if whole is not None and columns[whole] in _BARE and (first is None) != (last is None):
        found[Role.LAST if last is None else Role.FIRST] = found.pop(Role.NAME)
    elif first is None or last is None or first == last:
        alone = first if first is not None else last
        if whole is None and alone is not None and columns[alone] in _WHOLE:
            found[Role.NAME] = alone
        found.pop(Role.FIRST, None)
        found.pop(Role.LAST, None)
    return found


def full_name(row: Row, roles: Mapping[Role, int]) -> str:
    """A row's name, from one column or two; “Archer, Dana” stays as it stands."""
    whole = row.shown(roles.get(Role.NAME, -1))
    halves = (row.shown(roles.get(half, -1)) for half in (Role.FIRST, Role.LAST))
    return whole or " ".join(filter(None, halves))
