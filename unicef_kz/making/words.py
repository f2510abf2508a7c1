"""Word lists and the sentences made of them: (English, Kazakh, Russian), each alike in meaning."""

from random import Random

from unicef_kz.content.languages import CODES

#: What a record is about. Stands at the start of a title or sentence, in no other form.
TOPICS = (
    ("Home visits by nurses", "Мейіргерлердің үйге баруы", "Патронажные визиты медсестёр"),
    ("Inclusive classrooms", "Инклюзивті сыныптар", "Инклюзивные классы"),
    ("Clean water at school", "Мектептегі таза су", "Чистая вода в школе"),
    ("Early development centres", "Ерте даму орталықтары", "Центры раннего развития"),
    ("A helpline for teenagers", "Жасөспірімдердің сенім телефоны", "Телефон доверия подростков"),
    ("Safe play areas", "Қауіпсіз ойын алаңдары", "Безопасные игровые площадки"),
    ("Support for young parents", "Жас ата-аналарды қолдау", "Поддержка молодых родителей"),
    ("Digital skills for girls", "Қыздардың цифрлық дағдылары", "Цифровые навыки девочек"),
    ("Youth health centres", "Жастар денсаулығы орталықтары", "Молодёжные центры здоровья"),
    ("Vaccination close to home", "Үйге жақын вакцинация", "Вакцинация рядом с домом"),
    ("Breastfeeding support", "Емізуді қолдау", "Поддержка грудного вскармливания"),
    ("Safe roads to lessons", "Сабаққа қауіпсіз жол", "Безопасная дорога на уроки"),
    ("Foster families", "Патронаттық отбасылар", "Патронатные семьи"),
    ("Lessons about the climate", "Климат туралы сабақтар", "Уроки о климате"),
    ("Mental health of teenagers", "Жасөспірімдердің психикалық саулығы", "Психика подростков"),
    ("Meals for first-graders", "Бірінші сынып оқушыларының тамағы", "Питание первоклассников"),
    ("Registration of births", "Тууды тіркеу", "Регистрация рождений"),
    ("A budget for children", "Балаларға арналған бюджет", "Бюджет для детей"),
    ("Justice that listens", "Тыңдай білетін әділет", "Правосудие, которое слышит"),
    ("Books in three languages", "Үш тілдегі кітаптар", "Книги на трёх языках"),
)  # fmt: skip
#: What is told of it, after the colon of a title.
ANGLES = (
    ("what has changed in a year", "бір жылда не өзгерді", "что изменилось за год"),
    ("the first hundred days", "алғашқы жүз күн", "первые сто дней"),
    ("a village shows the way", "ауыл жол көрсетеді", "село показывает пример"),
    ("what parents say", "ата-аналар не дейді", "что говорят родители"),
    ("lessons of a pilot", "пилоттық жобаның сабақтары", "уроки пилотного проекта"),
    ("from idea to law", "идеядан заңға дейін", "от идеи до закона"),
    ("a day with the team", "командамен өткен бір күн", "один день с командой"),
    ("why it works", "бұл неге нәтиже береді", "почему это работает"),
    ("the numbers behind it", "сандардың артында не тұр", "что стоит за цифрами"),
    ("a new beginning", "жаңа бастама", "новое начало"),
    ("small steps that count", "маңызды шағын қадамдар", "небольшие, но важные шаги"),
    ("together with the city", "қаламен бірге", "вместе с городом"),
)
#: Who speaks. Roles only: nobody here has a name.
PEOPLE = (
    ("A class teacher", "Сынып жетекшісі", "Классный руководитель"),
    ("A visiting nurse", "Патронаж мейіргері", "Патронажная медсестра"),
    ("A social worker", "Әлеуметтік қызметкер", "Социальный работник"),
    ("A mother of three", "Үш баланың анасы", "Мать троих детей"),
    ("A father of two", "Екі баланың әкесі", "Отец двоих детей"),
    ("A grandmother", "Әже", "Бабушка"),
    ("A youth volunteer", "Жас волонтёр", "Молодой волонтёр"),
    ("The head of the clinic", "Емхана басшысы", "Руководитель поликлиники"),
    ("A psychologist", "Психолог", "Психолог"),
    ("A judge", "Судья", "Судья"),
)
#: The words “school” and “family” are common on purpose: a search for them finds very many.
SENTENCES = (
    ("{who} tells how it began: a meeting, a list of needs and a first small step.",
     "{who} бәрі қалай басталғанын айтады: жиналыс, қажеттіліктер тізімі және алғашқы қадам.",
     "{who} рассказывает, как всё начиналось: встреча, список нужд и первый небольшой шаг."),
    ("In {year} the work reached {n} families in the region.",
     "{year} жылы жұмыс өңірдегі {n} отбасын қамтыды.",
     "В {year} году работа охватила {n} семей региона."),
    ("The school opened its doors in the evening as well, so that parents could come after work.",
     "Ата-аналар жұмыстан кейін келе алуы үшін мектеп кешке де есігін ашты.",
     "Школа открыла двери и вечером, чтобы родители могли прийти после работы."),
    ("{topic}: this is what families asked for first.",
     "{topic}: отбасылар ең алдымен осыны сұрады.",
     "{topic}: об этом семьи просили в первую очередь."),
    ("{who} remembers that the nearest clinic was forty kilometres away.",
     "{who} ең жақын емхананың қырық шақырым жерде болғанын еске алады.",
     "{who} помнит, что до ближайшей поликлиники было сорок километров."),
    ("UNICEF helped to train {n} specialists and to write down what they had learned.",
     "ЮНИСЕФ {n} маманды оқытуға және олардың тәжірибесін жазып алуға көмектесті.",
     "ЮНИСЕФ помог обучить {n} специалистов и записать накопленный ими опыт."),
    ("The akimat paid for the building, the partners for books and equipment.",
     "Ғимаратты әкімдік, ал кітаптар мен жабдықты серіктестер қаржыландырды.",
     "Здание оплатил акимат, книги и оборудование — партнёры."),
    ("Children took part in every decision, from the colour of the walls to the timetable.",
     "Қабырғаның түсінен бастап кестеге дейін балалар әр шешімге қатысты.",
     "Дети участвовали в каждом решении, от цвета стен до расписания."),
    ("{who} says that trust grew slowly and that it was worth the time.",
     "{who} сенім баяу қалыптасқанын, бірақ оған уақыт жұмсауға тұрарлық екенін айтады.",
     "{who} говорит, что доверие росло медленно и что оно стоило этого времени."),
    ("An assessment of {year} found that {n} children had better access than before.",
     "{year} жылғы бағалау {n} баланың мүмкіндігі бұрынғыдан артқанын көрсетті.",
     "Оценка {year} года показала, что у {n} детей доступ стал лучше, чем прежде."),
    ("Other regions now ask how it was done, and a short guide answers them in two languages.",
     "Енді басқа өңірлер мұның қалай жасалғанын сұрайды, жауабы екі тілдегі нұсқаулықта.",
     "Теперь другие регионы спрашивают, как это сделано, и им отвечает пособие на двух языках."),
    ("The winter was hard, yet the lessons at school went on without a break.",
     "Қыс қатты болды, бірақ мектептегі сабақтар үзілген жоқ.",
     "Зима была суровой, но уроки в школе не прерывались."),
    ("The ministry took the rules that were tried here into its order of {year}.",
     "Министрлік осында сыналған ережелерді {year} жылғы бұйрығына енгізді.",
     "Министерство включило проверенные здесь правила в свой приказ {year} года."),
    ("{who} hopes that the next step will be taken by the young people themselves.",
     "{who} келесі қадамды жастардың өздері жасайды деп үміттенеді.",
     "{who} надеется, что следующий шаг сделают сами молодые люди."),
)  # fmt: skip
#: One record in five hundred has one of these, so a search for it finds a handful.
RARE = (
    ("beekeeping", "омарташылық", "пчеловодство"),
    ("astronomy", "астрономия", "астрономия"),
    ("felt", "киіз басу", "войлоковаляние"),
    ("puppetry", "қуыршақ театры", "кукольный театр"),
    ("chess", "шахмат", "шахматы"),
    ("robotics", "робототехника", "робототехника"),
    ("falconry", "құсбегілік", "соколиная охота"),
    ("gardening", "бағбандық", "садоводство"),
    ("pottery", "қыш өнері", "гончарное дело"),
    ("archery", "садақ ату", "стрельба из лука"),
    ("weaving", "тоқымашылық", "ткачество"),
    ("orienteering", "спорттық бағдарлау", "ориентирование"),
)
RARE_SENTENCE = (
    "Nobody had expected how popular one subject would be: {rare}.",
    "Бір сабақтың мұнша танымал боларын ешкім күтпеген: {rare}.",
    "Никто не ожидал, что одно занятие станет таким любимым: {rare}.",
)


class Writer:
    """Texts by language code; the same ``random`` writes the same."""

    def __init__(self, random: Random):
        self.random = random

    def title(self) -> dict[str, str]:
        topic, angle = self.random.choice(TOPICS), self.random.choice(ANGLES)
        return {code: f"{topic[i]}: {angle[i]}" for i, code in enumerate(CODES)}

    def sentences(self, number: int, year: int) -> dict[str, list[str]]:
        random = self.random
        found = {code: [] for code in CODES}
        for sentence in random.sample(SENTENCES, number):
            who, topic = random.choice(PEOPLE), random.choice(TOPICS)
            n = random.randrange(2, 90) * 10
            for i, code in enumerate(CODES):
                text = sentence[i].format(who=who[i], topic=topic[i], n=n, year=year)
                found[code].append(text)
        return found

    def rare(self) -> dict[str, str]:
        word = self.random.choice(RARE)
        return {code: RARE_SENTENCE[i].format(rare=word[i]) for i, code in enumerate(CODES)}


def paragraphs(sentences: list[str], each: int = 3) -> str:
    parts = (sentences[at : at + each] for at in range(0, len(sentences), each))
    return "".join(f"<p>{' '.join(part)}</p>" for part in parts)
