/**
 * The countries of studies. The registry writes English names and changes them: until May 2025 `Korea, Republic of`,
 * since then `South Korea`. Countries that are no more (Former Yugoslavia, Former Serbia and Montenegro, Netherlands
 * Antilles) have no code of today: of which of their successors a site is now, the registry does not say.
 *
 * @module
 */

// ISO 3166-1 alpha-2, and XK, which is not of it but is used for Kosovo.
const table = `
AD Andorra; AE United Arab Emirates; AF Afghanistan; AG Antigua and Barbuda; AI Anguilla; AL Albania; AM Armenia;
AO Angola; AQ Antarctica; AR Argentina; AS American Samoa; AT Austria; AU Australia; AW Aruba; AX Åland Islands;
AZ Azerbaijan; BA Bosnia and Herzegovina; BB Barbados; BD Bangladesh; BE Belgium; BF Burkina Faso; BG Bulgaria;
BH Bahrain; BI Burundi; BJ Benin; BL St. Barthélemy | Saint Barthelemy; BM Bermuda; BN Brunei | Brunei Darussalam;
BO Bolivia | Bolivia, Plurinational State of; BQ Caribbean Netherlands | Bonaire, Sint Eustatius and Saba; BR Brazil;
BS Bahamas; BT Bhutan; BV Bouvet Island; BW Botswana; BY Belarus; BZ Belize; CA Canada;
CC Cocos (Keeling) Islands;
CD Democratic Republic of the Congo | Congo, Democratic Republic of the | DR Congo;
CF Central African Republic; CG Congo | Republic of the Congo | Congo, Republic of the;
CH Switzerland; CI Côte d'Ivoire | Ivory Coast; CK Cook Islands; CL Chile; CM Cameroon; CN China; CO Colombia;
CR Costa Rica; CU Cuba; CV Cape Verde | Cabo Verde; CW Curaçao; CX Christmas Island; CY Cyprus;
CZ Czechia | Czech Republic; DE Germany; DJ Djibouti; DK Denmark; DM Dominica; DO Dominican Republic; DZ Algeria;
EC Ecuador; EE Estonia; EG Egypt; EH Western Sahara; ER Eritrea; ES Spain; ET Ethiopia; FI Finland; FJ Fiji;
FK Falkland Islands | Falkland Islands (Malvinas);
FM Micronesia | Micronesia, Federated States of | Federated States of Micronesia; FO Faroe Islands; FR France;
GA Gabon; GB United Kingdom | United Kingdom of Great Britain and Northern Ireland | Great Britain; GD Grenada;
GE Georgia; GF French Guiana; GG Guernsey; GH Ghana; GI Gibraltar; GL Greenland; GM Gambia; GN Guinea;
GP Guadeloupe; GQ Equatorial Guinea; GR Greece;
GS South Georgia and South Sandwich Islands; GT Guatemala; GU Guam;
GW Guinea-Bissau; GY Guyana; HK Hong Kong | Hong Kong SAR China;
HM Heard and McDonald Islands | Heard Island and McDonald Islands; HN Honduras; HR Croatia; HT Haiti; HU Hungary;
ID Indonesia; IE Ireland; IL Israel; IM Isle of Man; IN India; IO British Indian Ocean Territory; IQ Iraq;
IR Iran | Iran, Islamic Republic of; IS Iceland; IT Italy; JE Jersey; JM Jamaica; JO Jordan; JP Japan; KE Kenya;
KG Kyrgyzstan; KH Cambodia; KI Kiribati; KM Comoros; KN St. Kitts and Nevis | Saint Kitts and Nevis;
KP North Korea | Korea, Democratic People's Republic of | Democratic People's Republic of Korea;
KR South Korea | Korea, Republic of | Republic of Korea; KW Kuwait; KY Cayman Islands; KZ Kazakhstan;
LA Laos | Lao People's Democratic Republic; LB Lebanon; LC St. Lucia | Saint Lucia; LI Liechtenstein; LK Sri Lanka;
LR Liberia; LS Lesotho; LT Lithuania; LU Luxembourg; LV Latvia; LY Libya | Libyan Arab Jamahiriya; MA Morocco;
MC Monaco; MD Moldova | Moldova, Republic of | Republic of Moldova; ME Montenegro; MF St. Martin | Saint Martin;
MG Madagascar; MH Marshall Islands;
MK North Macedonia | Macedonia, The Former Yugoslav Republic of | Macedonia | Former Yugoslav Republic of Macedonia | Republic of North Macedonia;
ML Mali; MM Myanmar (Burma) | Myanmar | Burma; MN Mongolia; MO Macao | Macau | Macao SAR China | Macau SAR China;
MP Northern Mariana Islands; MQ Martinique; MR Mauritania; MS Montserrat; MT Malta; MU Mauritius; MV Maldives;
MW Malawi; MX Mexico; MY Malaysia; MZ Mozambique; NA Namibia; NC New Caledonia; NE Niger; NF Norfolk Island;
NG Nigeria; NI Nicaragua; NL Netherlands; NO Norway; NP Nepal; NR Nauru; NU Niue; NZ New Zealand;
OM Oman; PA Panama; PE Peru; PF French Polynesia; PG Papua New Guinea; PH Philippines; PK Pakistan; PL Poland;
PM St. Pierre and Miquelon | Saint Pierre and Miquelon; PN Pitcairn Islands | Pitcairn; PR Puerto Rico;
PS Palestinian Territories | Palestinian Territory, Occupied | Palestinian Territory | Occupied Palestinian Territory | Palestine | Palestine, State of;
PT Portugal; PW Palau; PY Paraguay; QA Qatar; RE Réunion; RO Romania; RS Serbia; RU Russia | Russian Federation;
RW Rwanda; SA Saudi Arabia; SB Solomon Islands; SC Seychelles; SD Sudan; SE Sweden; SG Singapore;
SH St. Helena | Saint Helena; SI Slovenia; SJ Svalbard and Jan Mayen; SK Slovakia; SL Sierra Leone; SM San Marino;
SN Senegal; SO Somalia; SR Suriname; SS South Sudan; ST São Tomé and Príncipe; SV El Salvador;
SX Sint Maarten | Sint Maarten (Dutch part); SY Syria | Syrian Arab Republic;
SZ Eswatini | Swaziland | Eswatini (Swaziland); TC Turks and Caicos Islands; TD Chad; TF French Southern Territories;
TG Togo; TH Thailand; TJ Tajikistan; TK Tokelau; TL Timor-Leste | Timor-Leste (East Timor) | East Timor;
TM Turkmenistan; TN Tunisia; TO Tonga; TR Türkiye | Turkey | Turkey (Türkiye); TT Trinidad and Tobago; TV Tuvalu;
TW Taiwan | Taiwan, Province of China; TZ Tanzania | Tanzania, United Republic of | United Republic of Tanzania;
UA Ukraine; UG Uganda; UM U.S. Outlying Islands | United States Minor Outlying Islands;
US United States | United States of America; UY Uruguay; UZ Uzbekistan;
VA Vatican City | Holy See (Vatican City State) | Holy See;
VC St. Vincent and Grenadines | Saint Vincent and the Grenadines; VE Venezuela | Venezuela, Bolivarian Republic of;
VG British Virgin Islands | Virgin Islands, British;
VI U.S. Virgin Islands | Virgin Islands (U.S.) | United States Virgin Islands; VN Vietnam | Viet Nam; VU Vanuatu;
WF Wallis and Futuna; WS Samoa; YE Yemen; YT Mayotte; ZA South Africa; ZM Zambia; ZW Zimbabwe; XK Kosovo
`

/** A name without what differs between its spellings: accents, punctuation, case, `&` and every `the`. */
const keyOf = (name: string): string =>
  name
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("&", " and ")
    .split(/[^a-z]+/)
    .filter((word) => word !== "" && word !== "the")
    .join(" ")

const codes: ReadonlyMap<string, string> = new Map(
  table.split(";").flatMap((entry) => {
    const [code = "", ...words] = entry.trim().split(" ")
    return words
      .join(" ")
      .split("|")
      .map((name) => [keyOf(name), code] as const)
  })
)

/** The code of a country by the registry's name of it; undefined if the name is not known. */
export const countryCode = (name: string): string | undefined => codes.get(keyOf(name))
