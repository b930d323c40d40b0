"""The words that generated chats are made of: several scripts, invented people, nothing that anybody said."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """What people of one language write and are called."""

    words: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    replies: tuple[str, ...]
    """Short answers, which recur as real ones do."""


def _language(words: str, given: str, family: str, replies: str) -> Language:
    return Language(*(tuple(text.split()) for text in (words, given, family, replies)))


ENGLISH = _language(
    "the a and but so then when where maybe really never always again today tomorrow"
    " tonight morning later soon"
    " boat train kitchen garden window ladder teapot lantern harbour meadow bicycle"
    " umbrella market bakery museum"
    " bring take leave carry paint repair borrow forget remember wonder listen answer meet"
    " wait walk swim cook"
    " seven two half twelve late early quiet loud cold warm blue green heavy empty ready"
    " broken lovely strange"
    " we you they she he it this that their our with without about under behind near from"
    ' until "maybe" it\'s',
    "Aldous Bettina Corwin Delphia Edmund Fenella Gideon Hester Ingram Juno Kester Lavinia"
    " Merrick Nerys Orson",
    "Ashgrove Birchwell Copperfold Dunnock Elderhay Farthinglow Greywater Hollowmere"
    " Inglebeck Larkspire Mosswood",
    "ok haha yes no sure why? lol hmm done nice! soon what? :) \U0001f602 \U0001f44d \u2764"
    " \U0001f602\U0001f602",
)
CZECH = _language(
    "žluťoučký kůň příliš úpěl ďábelské ódy zítra večer ráno možná určitě nikdy vždycky"
    " čekám přijdu přinesu koupím"
    " chleba mléko vlak nádraží zahrada okno střecha řeka výlet počkej uvidíme dobře špatně"
    " rychle pomalu sedm pět"
    " já ty on ona my vy že když protože ale nebo taky jen ještě už tam sem kde kdo",
    "Božena Čeněk Dobromila Evžen Hedvika Jáchym Květoslava Luděk Miloslava Řehoř",
    "Brázdová Čermáček Dřevěnka Havránková Klíček Šípková Vrběnský Žabička",
    "jo ne jasně proč? super díky \U0001f600 \U0001f602 už",
)
VIETNAMESE = _language(
    "hôm nay ngày mai tối sáng trời mưa nắng đẹp quá ăn cơm phở uống cà phê đi chơi về nhà"
    " chờ mình một chút được"
    " không rồi nhé đâu ai gì sao thế nào bây giờ sớm muộn vui buồn mệt thương nhớ xe máy"
    " đường chợ biển núi",
    "Bích Cường Diễm Hưởng Khuê Lành Mận Ngạn Thuỵ Vỹ",
    "Đặng Huỳnh Lưu Nghiêm Phùng Quách Từ Võ",
    "ừ không dạ haha sao? ok \U0001f970 \U0001f602 rồi",
)
RUSSIAN = _language(
    "завтра вечером утром может быть наверное никогда всегда жду приду куплю хлеб молоко"
    " поезд вокзал сад окно"
    " река поездка подожди посмотрим хорошо плохо быстро семь пять ты мы они потому если"
    " только ещё уже там здесь",
    "Агния Вениамин Глафира Демьян Евдокия Прохор",
    "Березкин Вьюгина Заречная Ольховский Снегирёв",
    "да нет ладно \U0001f602 почему?",
)
ARABIC = _language(
    "غدا مساء صباح ربما أبدا دائما أنتظر سأحضر خبز حليب قطار حديقة نافذة نهر رحلة انتظر"
    " سنرى جيد سريع بطيء سبعة"
    " أنت نحن هم لأن إذا فقط هناك هنا بيت شارع سوق بحر جبل",
    "باسل جلنار رواء سنان",
    "الزعفراني المرجاني النحاسي الياسميني",
    "نعم لا طيب \U0001f602 تمام",
)
JAPANESE = _language(
    "明日 今夜 朝 たぶん きっと 待って 行く 買う パン 牛乳 電車 駅 庭 窓 川 旅行 いいね"
    " 早く ゆっくり 七時 あなた わたし"
    " でも だから もう まだ そこ ここ 家 道 市場 海 山 雨 晴れ",
    "蒼真 小夜 雪乃 灯",
    "霧島野 月見沢 風待",
    "うん いや 了解 \U0001f602 笑",
)
# Thread n speaks the language n of these, around and around: sizes then hardly depend on chance.
SPOKEN = (
    *(ENGLISH, ENGLISH, CZECH, ENGLISH, ENGLISH, VIETNAMESE, ENGLISH, ENGLISH, ENGLISH, CZECH),
    *(ENGLISH, RUSSIAN, ENGLISH, ENGLISH, ENGLISH, VIETNAMESE, ENGLISH, ARABIC, ENGLISH, JAPANESE),
)
GROUP_NAMES = (
    "Rowing",
    "Allotment 7",
    "Cinema on Tuesday",
    "Výlet na hory",
    "Stairwell B",
    "Gia đình \U0001f33f",
)
OWNER = "Aurelia Pintobrook"
REACTIONS = ("\u2764", "\U0001f602", "\U0001f44d", "\U0001f62e")
