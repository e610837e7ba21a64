"""What tells secrets from other text: the tables of the gateway.

Made from internal/secretname/words.txt and from capture: go test ./capture -run TestPythonTables -update
"""

INSIDE = tuple(
    """password passwd passwrd passphrase passcode passwort passord kennwort contrasena contraseña wachtwoord
    motdepasse lösenord losenord salasana adgangskode katasandi passwoord secret credential apikey privatekey privkey
    authorization authorisation csrf xsrf sessionid sessid sessionkey jwt 密码 密碼 口令 パスワード 비밀번호 пароль סיסמה κωδικός""".split()
)
SUFFIX = tuple(
    """token secret pwd pass auth session cookie creds""".split()
)
WORD = tuple(
    """jwt auth authn authz authenticate authentication bearer identity jws jwe pwd pw pass saml sso otp totp hotp
    mfa tfa pin sig signature hmac cred creds key session sess sid cookie forwarded cvc cvv csc iban ssn psk mdp senha
    clave parola haslo hasło heslo geslo lozinka лозинка sifre şifre jelszo jelszó mnemonic token passkey fernet
    pgpass auths""".split()
)
COMPOUND = tuple(
    """emergency_code pairing_code unlock_code invite_code invitation_code signin_code sign_in_code card_number
    card_num card_no credit_card debit_card cc_number cc_num social_security passport_number passport_no two_factor
    2_fa two_fa security_code verification_code verify_code access_code backup_code recovery_code login_code sms_code
    one_time_code activation_code reset_code confirmation_code pin_code device_code code_verifier auth_code
    recovery_phrase seed_phrase seed_words security_answer magic_link connection_string conn_string conn_str pass_word
    pass_wd pass_phrase pass_code pass_wort mot_de_passe kata_sandi mat_khau client_ip remote_ip real_ip source_ip
    user_ip peer_ip visitor_ip ip_address remote_addr remote_address remote_user connecting_ip signed_request
    key_material key_data key_pem private_pem github_pat gitlab_pat azure_pat devops_pat ado_pat jira_pat account_sas""".split()
)
KEYS = tuple(
    """api access secret private priv session auth encryption encrypt enc signing sign master ssh rsa dsa ecdsa aes
    des hmac crypto crypt cipher decryption decrypt license licence account storage service server consumer client app
    application user host pgp gpg ssl tls cert webhook deploy admin root write read shared preshared psk jwt token
    security wep wifi wpa otp totp recovery backup unlock activation vault stripe aws azure google openai anthropic
    github gitlab slack sendgrid mailgun twilio firebase maps recaptcha captcha vapid push sentry django flask fernet
    merchant wallet device peer node publish db database redis my the our your their new old test live prod dev
    staging temp tmp cur""".split()
)
AROUND = tuple(
    """user usr db my new old the cur current tmp temp smtp ftp sftp imap ssh root admin login mysql pg postgres
    redis mail ldap proxy web app api client server account acct access refresh card sms email http https basic x php
    django flask net bind rabbit amqp mongo sql oracle vpn wifi router bank device master site host vnc rdp samba smb
    svn git cvs csrf""".split()
)
BEHIND = tuple(
    """id data value val hash code string str header cookie salt plain raw enc encrypted hex text jar key token
    secret""".split()
)
OTHER = tuple(
    """secretary secretaries secretariat secretarial secretion secretions secreted secretes secretive secretly
    undersecretary passwordless bypass compass encompass trespass surpass overpass underpass lowpass highpass bandpass
    allpass multipass possession obsession supersession intersession dispossession repossession prepossession unauth
    noauth""".split()
)
AFTER = tuple(
    """in location locations help count counts counter counted total totals length lengths len size sizes byte bytes
    bit bits width height limit limits max min maximum minimum quota usage used unused remaining left rate rates ratio
    percent percentage cost costs price prices fee fees budget amount amounts index indexes indices position positions
    offset ordering rank level levels depth priority weight score strength entropy complexity quality rounds
    iterations attempts attempt retries retry tries failure failures success sum avg average mean median per quantity
    qty capacity at on date dates time times timestamp timestamps datetime day days hour hours minute minutes second
    seconds ms duration durations age ttl timeout expiry expiration expires expire expiring lifetime validity interval
    period delay deadline leeway skew grace start starts started end ends ended begin begins began created modified
    seen since until year years month months week weeks weekday schedule schedules calendar enabled enable disabled
    disable optional unverified locked present empty unset allow succeeded ok status statuses message messages
    strategy mode modes visible hidden visibility exempt needed necessary exceeded reached reuse kind type types typ
    typing class classes classname category categories algorithm algorithms algo alg hasher hashers method methods
    mechanism mechanisms scheme schemes schema protocol protocols version versions format formats fmt encoding engine
    engines backend backends provider providers handler handlers manager managers middleware middlewares serializer
    serializers validator validators validation factory factories model models view views viewset form forms formset
    field fields fieldname column columns table tables widget widgets template templates page pages label labels title
    titles headline placeholder prompt description desc name names func function functions parser loader resolver
    storage plugin module package library lookup pattern patterns regex requirement requirements criteria meter source
    sources introspection revocation generation rotation change changes policy policies rule rules option options url
    urls uri uris endpoint endpoints path paths dir directory folder file files filename route routes domain domains
    origin origins audience issuer realm region locale language scope scopes samesite httponly secure prefix proto
    icon icons image images color colour style styles styling theme css banner consent notice preference preferences
    button buttons popup modal dialog tab tabs screen toggle switch tutorial docs documentation guide event events log
    logs logger statistics stats metric metrics report reports chart""".split()
)
STATE = tuple(
    """such expired invalid revoked missing error errors warning warnings denied forbidden rejected failed mismatch
    unknown incorrect wrong unavailable inactive active closed open opened terminated unsupported malformed blocked
    refused absent unexpected duplicate duplicated required valid validated verified confirmed accepted changed
    updated issued rotated reset set exists allowed""".split()
)
FLAG = tuple(
    """is are was has had have needs need requires require can could should will would use uses show hide enable
    enables disable disables allow allows no skip with without supports support want wants expects force ignore must""".split()
)
QUANTITY = tuple(
    """max maximum min minimum num n nb total count avg average mean sum consumed estimated billed remaining
    concurrent""".split()
)
BEFORE_KEY = tuple(
    """primary foreign sort partition cache row natural surrogate composite candidate unique lookup group dict
    dictionary json map object routing idempotency idempotent public pub hot arrow translation setting settings field
    index message event parent child sibling default dedupe dedup range cluster clustering shard distribution join
    filter order ordering sorting grouping column attribute property item entry query param parameter locale label
    metric feature flag enum constant any every each next previous prev first last second third left right up down
    enter escape esc shift ctrl control alt delete modifier meta home end page piano musical answer low shortcut
    keyboard press space tenant bucket namespace topic kafka state task queue job issue ticket s3 blob file source
    target legend chart component element list array extra context template option choice choices error exception
    identifier reference ref correlation business""".split()
)
BEFORE_TOKEN = tuple(
    """unexpected prompt completion input output cached reasoning context thinking eos bos pad unk sep cls mask stop
    special begin start end lexer parser keyword block syntax punctuation word words page continuation pagination prev
    previous next expected comment""".split()
)
BEFORE_SESSION = tuple(
    """training yoga workout therapy study game gaming class conference talk breakout work coaching photo jam plenary
    parallel poster morning afternoon evening summer winter parliamentary legislative court trading recording practice
    exercise treatment tutoring lecture lab meeting mentoring counseling""".split()
)
BEFORE_PASS = tuple(
    """first second third multi single render boarding ski season day bus hall guest event festival mountain rail
    travel museum low high band forward backward compiler final last press backstage all mid monthly annual weekly""".split()
)
BEFORE_PIN = tuple(
    """map gpio push drop location hardware connector led board bowling rolling marker lapel enamel bobby hair input
    output io clock chip""".split()
)
BEFORE_COOKIE = tuple(
    """chocolate fortune oatmeal ginger sugar christmas chip""".split()
)
BEFORE_IDENTITY = tuple(
    """gender brand corporate visual cultural ethnic national""".split()
)
BEFORE_SIGNATURE = tuple(
    """function call method type time email key virus antivirus""".split()
)
BEFORE_FORWARDED = tuple(
    """was is""".split()
)
BEHIND_KEY = tuple(
    """visual visuals color colors colour colours press pressed down up board frame stroke ring word words point
    points finding findings features benefits results ideas terms indicator indicators stage stakeholder stakeholders
    takeaways people person facts difference differences value values""".split()
)
BEHIND_TOKEN = tuple(
    """per used""".split()
)
BEHIND_PASS = tuple(
    """through fail mark along by check""".split()
)
BEHIND_COOKIE = tuple(
    """cutter dough recipe recipes law laws""".split()
)
BEHIND_SESSION = tuple(
    """attended held booked played completed speaker speakers topic topics track tracks room rooms chair notes agenda
    summary plan plans planner number replay affinity stickiness recording recordings goal goals feedback user users
    host attendance attendees slot slots maker""".split()
)
BEHIND_FORWARDED = tuple(
    """host port path ssl server""".split()
)
BEHIND_IDENTITY = tuple(
    """matrix map column theft crisis politics""".split()
)
BEHIND_PIN = tuple(
    """board drop map layout out""".split()
)
BEHIND_OTP = tuple(
    """digits""".split()
)
BEHIND_SIG = tuple(
    """figs fig digits digit""".split()
)
BEHIND_SECRET = tuple(
    """santa garden menu agent agents""".split()
)
BEHIND_AUTH = tuple(
    """user users username group groups permission permissions role roles app apps config""".split()
)
BEHIND_CVC = tuple(
    """check checks""".split()
)
BEHIND_CVV = tuple(
    """check checks""".split()
)
BEHIND_SAML = tuple(
    """idp sp""".split()
)
BEHIND_SSO = tuple(
    """idp sp""".split()
)
BEFORE_TERM = {
    "key": frozenset(BEFORE_KEY),
    "token": frozenset(BEFORE_TOKEN),
    "session": frozenset(BEFORE_SESSION),
    "pass": frozenset(BEFORE_PASS),
    "pin": frozenset(BEFORE_PIN),
    "cookie": frozenset(BEFORE_COOKIE),
    "identity": frozenset(BEFORE_IDENTITY),
    "signature": frozenset(BEFORE_SIGNATURE),
    "forwarded": frozenset(BEFORE_FORWARDED),
}
BEHIND_TERM = {
    "key": frozenset(BEHIND_KEY),
    "token": frozenset(BEHIND_TOKEN),
    "pass": frozenset(BEHIND_PASS),
    "cookie": frozenset(BEHIND_COOKIE),
    "session": frozenset(BEHIND_SESSION),
    "forwarded": frozenset(BEHIND_FORWARDED),
    "identity": frozenset(BEHIND_IDENTITY),
    "pin": frozenset(BEHIND_PIN),
    "otp": frozenset(BEHIND_OTP),
    "sig": frozenset(BEHIND_SIG),
    "secret": frozenset(BEHIND_SECRET),
    "auth": frozenset(BEHIND_AUTH),
    "cvc": frozenset(BEHIND_CVC),
    "cvv": frozenset(BEHIND_CVV),
    "saml": frozenset(BEHIND_SAML),
    "sso": frozenset(BEHIND_SSO),
}

FIELD_NAMES = tuple(
    """name key field param parameter header label attribute attr property prop variable var option setting id
    identifier column arg argument loc path pointer k n for title""".split()
)
FIELD_VALUES = tuple(
    """value values val v content contents data text input default initial raw string old new before after previous
    current answer secret""".split()
)
PROSE_NAMES = tuple(
    """password passwd passphrase passcode passwort kennwort contraseña senha wachtwoord pwd secret token credential
    credentials passwords tokens secrets key pin otp code session cookie jwt signature mdp identified""".split()
)
FILLERS = tuple(
    """is was of value string given provided supplied entered submitted used hash id by called named""".split()
)
INTRODUCERS = tuple(
    """with using and via use used new old temporary initial default login""".split()
)
PLAIN_WORDS = tuple(
    """a about after again against all already also an and any are as at authentication authenticator auth
    authorization backend based because been before being below but by can cannot change changed check complexity
    confirmation could credentials did does doesn't due empty endpoint exchange expired expires expiry failed failure
    field file flow for form format from generation grant had handling has hash hashes hasher hashers hashing have
    header if in incorrect instead invalid into is isn't it its length list login manager match matches may middleware
    mismatch missing must name names no nor not of off on only or over parameter policy prompt protected protection
    provider refresh reset required requirements rotation rules scheme server service set should so storage store
    strength support than that the their then this to too type types under until update updated url usage used user
    validation validator validators value verification via view was were when where which while will with within
    without would wrong you your""".split()
)
PROSE_WORDS = tuple(
    """is are was and or to for not has must cannot can option options flag argument requires required expected with
    without in of if when the a an instead should may will needs from value been""".split()
)
SECRET_KEYS = tuple(
    """api access secret private auth license licence signing encryption ssh account master activation recovery""".split()
)
STEPS = tuple(
    """reset activate activation confirm confirmation verify verification invite invitation unsubscribe magic
    magic-link accept password_reset password-reset reset-password reset_password confirm-email email-confirm
    verify-email login-link onetime token tokens""".split()
)
IMAGES = tuple(
    """png jpg jpeg gif svg webp avif css js""".split()
)
IBANS = tuple(
    """AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18
    FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20
    LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24
    SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20""".split()
)
# Flags of one letter: commands, those that a blank may follow, those that the secret follows at once.
SECRET_FLAGS = (
    (("mysql", "mariadb", "mycli", "xtrabackup",), "", "p"),
    (("sshpass", "docker login", "podman login", "mongo", "rabbitmqadmin", "cqlsh", "plink", "pscp", "7z", "unrar", "neo4j", "cypher-shell", "arangosh", "oc login", "az login", "helm registry login",), "p", "p"),
    (("sqlcmd", "bcp ", "isql", "zip ", "ipmitool",), "P", "P"),
    (("redis-cli", "keydb-cli", "valkey-cli",), "a", "a"),
    (("ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami", "ldappasswd",), "w", "w"),
)
# First and last number of an issuer, and the lengths of its cards.
ISSUERS = (
    ("34", "34", (15,)),
    ("37", "37", (15,)),
    ("300", "305", (14, 16, 19,)),
    ("3095", "3095", (14, 16, 19,)),
    ("36", "36", (14, 16, 19,)),
    ("38", "39", (14, 16, 19,)),
    ("3528", "3589", (16, 19,)),
    ("4", "4", (13, 16, 19,)),
    ("51", "55", (16,)),
    ("2221", "2720", (16,)),
    ("5018", "5018", (12, 13, 16, 18, 19,)),
    ("5020", "5020", (12, 13, 16, 18, 19,)),
    ("5038", "5038", (12, 13, 16, 18, 19,)),
    ("5893", "5893", (16, 18, 19,)),
    ("6304", "6304", (12, 13, 16, 18, 19,)),
    ("6759", "6759", (12, 13, 16, 18, 19,)),
    ("6761", "6763", (12, 13, 16, 18, 19,)),
    ("6771", "6771", (16, 18, 19,)),
    ("6011", "6011", (16, 19,)),
    ("644", "649", (16, 19,)),
    ("65", "65", (16, 19,)),
    ("62", "62", (16, 17, 18, 19,)),
    ("8171", "8171", (16, 17, 18, 19,)),
    ("2200", "2204", (16, 17, 18, 19,)),
    ("6521", "6522", (16,)),
    ("60", "60", (16,)),
    ("508", "508", (16,)),
    ("9792", "9792", (16,)),
    ("5067", "5067", (16,)),
    ("636297", "636297", (16,)),
    ("5041", "5041", (16,)),
    ("6363", "6363", (16,)),
    ("5019", "5019", (16,)),
)
# Prefix, bytes behind it, signs in it beside letters, digits, _ and -, bytes that are kept, what is checked.
PREFIXES = (
    ("1//0", 20, "", 0, ""),
    ("AIza", 20, "", 0, ""),
    ("ATATT3", 20, "", 0, ""),
    ("ATCTT3", 20, "", 0, ""),
    ("ATBB", 20, "", 0, ""),
    ("AKID", 30, "", 0, "mixed"),
    ("AQVN", 30, "", 0, "mixed"),
    ("AGE-SECRET-KEY-1", 20, "", 0, ""),
    ("AGE-PLUGIN-", 20, "", 0, ""),
    ("AKIA", 16, "", 0, "upper"),
    ("ASIA", 16, "", 0, "upper"),
    ("AC", 32, "", 0, "hex32"),
    ("Basic ", 4, "+/=", 6, "basic"),
    ("CFPAT-", 20, "", 0, ""),
    ("CLOJARS_", 20, "", 0, ""),
    ("CCIPAT_", 30, "", 0, ""),
    ("CCIPRJ_", 30, "", 0, ""),
    ("EZAK", 20, "", 0, ""),
    ("EZTK", 20, "", 0, ""),
    ("EAACEdEose0cBA", 40, "", 0, "mixed"),
    ("EAA", 40, "", 0, "mixed"),
    ("FLWSECK-", 12, "", 0, ""),
    ("FLWSECK_TEST-", 12, "", 0, ""),
    ("FLWSECK_LIVE-", 12, "", 0, ""),
    ("GR1348941", 16, "", 0, ""),
    ("GOCSPX-", 20, "", 0, ""),
    ("HRKU-", 20, "", 0, ""),
    ("LTAI", 16, "", 0, "mixed"),
    ("NRAK-", 20, "", 0, ""),
    ("NRII-", 20, "", 0, ""),
    ("NRJS-", 20, "", 0, ""),
    ("PMAK-", 20, "", 0, ""),
    ("SK", 32, "", 0, "hex32"),
    ("SG.", 32, ".", 0, ""),
    ("Token ", 40, "", 6, "hex"),
    ("access-production-", 30, "", 0, ""),
    ("access-sandbox-", 30, "", 0, ""),
    ("access-development-", 30, "", 0, ""),
    ("aio_", 20, "", 0, "mixed"),
    ("bkua_", 30, "", 0, ""),
    ("bkct_", 30, "", 0, ""),
    ("basic ", 4, "+/=", 6, "basic"),
    ("cfut_", 30, "", 0, "mixed"),
    ("cfat_", 30, "", 0, "mixed"),
    ("dckr_pat_", 20, "", 0, ""),
    ("dckr_oat_", 20, "", 0, ""),
    ("dop_v1_", 24, "", 0, ""),
    ("doo_v1_", 24, "", 0, ""),
    ("dor_v1_", 24, "", 0, ""),
    ("dp.pt.", 20, "", 0, ""),
    ("dp.st.", 20, "", 0, ""),
    ("dp.ct.", 20, "", 0, ""),
    ("dp.sa.", 20, "", 0, ""),
    ("dt0c01.", 20, "", 0, ""),
    ("dt0s01.", 20, "", 0, ""),
    ("dt0s16.", 20, "", 0, ""),
    ("duffel_live_", 20, "", 0, ""),
    ("duffel_test_", 20, "", 0, ""),
    ("dapi", 32, "", 0, "hex+"),
    ("figd_", 20, "", 0, ""),
    ("figo_", 20, "", 0, ""),
    ("fm1_", 20, "", 0, "mixed"),
    ("fm2_", 20, "", 0, "mixed"),
    ("fm1a_", 20, "", 0, "mixed"),
    ("fm2a_", 20, "", 0, "mixed"),
    ("fo1_", 20, "", 0, "mixed"),
    ("ghp_", 16, "", 0, ""),
    ("gho_", 16, "", 0, ""),
    ("ghu_", 16, "", 0, ""),
    ("ghs_", 16, "", 0, ""),
    ("ghr_", 16, "", 0, ""),
    ("github_pat_", 16, "", 0, ""),
    ("glpat-", 16, "", 0, ""),
    ("gldt-", 16, "", 0, ""),
    ("glrt-", 16, "", 0, ""),
    ("glcbt-", 16, "", 0, ""),
    ("glptt-", 16, "", 0, ""),
    ("glft-", 16, "", 0, ""),
    ("glsoat-", 16, "", 0, ""),
    ("glimt-", 16, "", 0, ""),
    ("glagent-", 16, "", 0, ""),
    ("gloas-", 16, "", 0, ""),
    ("glffct-", 16, "", 0, ""),
    ("gsk_", 20, "", 0, ""),
    ("glsa_", 20, "", 0, ""),
    ("glc_", 20, "", 0, ""),
    ("hf_", 24, "", 0, ""),
    ("hvs.", 20, "", 0, ""),
    ("hvb.", 20, "", 0, ""),
    ("hvr.", 20, "", 0, ""),
    ("hooks.slack.com/services/", 16, "/", 25, ""),
    ("hooks.slack.com/workflows/", 16, "/", 26, ""),
    ("hooks.slack.com/triggers/", 16, "/", 25, ""),
    ("ico-", 20, "", 0, "mixed"),
    ("key-", 32, "", 0, "hex"),
    ("lin_api_", 20, "", 0, ""),
    ("lin_oauth_", 20, "", 0, ""),
    ("npm_", 24, "", 0, ""),
    ("nvapi-", 20, "", 0, ""),
    ("ntn_", 30, "", 0, "mixed"),
    ("nfp_", 20, "", 0, "mixed"),
    ("nfc_", 20, "", 0, "mixed"),
    ("nfo_", 20, "", 0, "mixed"),
    ("oy2", 40, "", 0, "mixed"),
    ("ops_eyJ", 20, "", 0, ""),
    ("pypi-AgE", 24, "", 0, ""),
    ("pplx-", 20, "", 0, ""),
    ("pscale_tkn_", 20, "", 0, ""),
    ("pscale_pw_", 20, "", 0, ""),
    ("pscale_oauth_", 20, "", 0, ""),
    ("pul-", 20, "", 0, "mixed"),
    ("pnu_", 20, "", 0, "mixed"),
    ("pnb_", 20, "", 0, "mixed"),
    ("phx_", 30, "", 0, "mixed"),
    ("phs_", 30, "", 0, "mixed"),
    ("pat", 60, ".", 0, "mixed"),
    ("rk_live_", 10, "", 0, ""),
    ("rk_test_", 10, "", 0, ""),
    ("rubygems_", 24, "", 0, ""),
    ("r8_", 30, "", 0, "mixed"),
    ("rnd_", 20, "", 0, "mixed"),
    ("rzp_live_", 14, "", 0, ""),
    ("rzp_test_", 14, "", 0, ""),
    ("rdme_", 20, "", 0, "mixed"),
    ("re_", 20, "", 0, "mixed"),
    ("sk_live_", 10, "", 0, ""),
    ("sk_test_", 10, "", 0, ""),
    ("sk-ant-", 20, "", 0, ""),
    ("sk-proj-", 20, "", 0, ""),
    ("sk-svcacct-", 20, "", 0, ""),
    ("sk-admin-", 20, "", 0, ""),
    ("sk-or-v1-", 20, "", 0, ""),
    ("sk-lf-", 20, "", 0, ""),
    ("sk-", 30, "", 0, "mixed"),
    ("shpat_", 20, "", 0, ""),
    ("shpss_", 20, "", 0, ""),
    ("shpca_", 20, "", 0, ""),
    ("shppa_", 20, "", 0, ""),
    ("shptka_", 20, "", 0, ""),
    ("sq0csp-", 16, "", 0, ""),
    ("sq0atp-", 16, "", 0, ""),
    ("sq0idp-", 16, "", 0, ""),
    ("sntrys_", 20, "", 0, ""),
    ("sntryu_", 20, "", 0, ""),
    ("sntrya_", 20, "", 0, ""),
    ("secret_", 30, "", 0, "mixed"),
    ("sbp_", 20, "", 0, ""),
    ("sb_secret_", 20, "", 0, ""),
    ("shippo_live_", 20, "", 0, ""),
    ("shippo_test_", 20, "", 0, ""),
    ("sgp_", 20, "", 0, "mixed"),
    ("sl.", 60, "", 0, "mixed"),
    ("sk.eyJ", 30, "", 0, ""),
    ("tvly-", 20, "", 0, ""),
    ("tskey-", 16, "", 0, ""),
    ("tfp_", 20, "", 0, "mixed"),
    ("t1.9eu", 30, "", 0, "mixed"),
    ("token ", 40, "", 6, "hex"),
    ("v1.0-", 30, "", 0, "mixed"),
    ("whsec_", 10, "", 0, ""),
    ("xoxb-", 10, "", 0, ""),
    ("xoxp-", 10, "", 0, ""),
    ("xoxa-", 10, "", 0, ""),
    ("xoxr-", 10, "", 0, ""),
    ("xoxs-", 10, "", 0, ""),
    ("xoxe-", 10, "", 0, ""),
    ("xoxe.", 10, "", 0, ""),
    ("xoxc-", 10, "", 0, ""),
    ("xoxd-", 10, "", 0, ""),
    ("xapp-", 10, "", 0, ""),
    ("xai-", 30, "", 0, "mixed"),
    ("xkeysib-", 20, "", 0, ""),
    ("xsmtpsib-", 20, "", 0, ""),
    ("ya29.", 20, "", 0, ""),
)
# Start of a row's message, what is behind it where the values begin, ends, whether it has several lines.
ROWS = (
    ("ailing row contains (", "", (").",), True),
    ("Key (", ")=(", (") already exists", ") is not present", ") is still referenced", ") conflicts with", ") is duplicated",), False),
    ("existing key (", ")=(", (").",), False),
    ("Duplicate entry '", "", ("' for key",), False),
    ('Duplicate entry "', "", ('" for key',), False),
    ("duplicate key value is (", "", (").",), False),
    ("already exists (row with column", "values", (")",), False),
)
