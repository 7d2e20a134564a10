"""Words that nearly every listing or need has; a query of nothing else keeps them."""

_WORDS = """
데이터 데이터셋 자료 정보 셋 dataset data 것 거 수 등 때 중 및 위 전 후 내 곳 점 분 개 년 번 건 쪽 줄 듯 만큼 대해
대하 관련 관하 통하 위하 의하 따르 대한 있 없 하 되 않 싶 보 주 받 찾 만들 알 쓰 구하 필요 필요하 원하 가능 사용
이용 활용 활용하 사용하 개발 개발하 구축 구축하 제공 제공하 학습 학습용 학습하 준비 준비하 서비스 시스템 프로그램
솔루션 앱 어플 어플리케이션 기술 기능 사업 회사 저희 우리 저 나 이 그 저것 이것 무엇 어떤 어떻게 어디 어느 얼마나
좀 꼭 잘 더 가장 많이 많 기획 기획하 계획 계획하 중이 중입니다 예정 부탁 부탁드리 드리 추천 추천하 문의 감사 혹시
안녕 안녕하 여러 각종 다양 다양하 자동 자동으로 자동화 인공지능 ai 모델 모형 구매 구매하 구입 판매 판매하 확보
확보하 수집 수집하 종류 종류별 형태 형식 분야 대상 경우 사람들 가지 정도 기반 기반하 바탕 목적 용도 방법 방식 여부
상태 결과 like want need looking for find the a an of to in on and or with from by is are we our i my please any
that this build building train training make making using use app service system model models 해주 보내 주시 나오
들어가 가 오 말 같 크 작 좋 새 알려주 도와주 돕 시키 위해 대로 부터 까지 만 도 은 는 미리 언제 빨리 멀리 다 안 못 또 자주
늦 알아내 알아보 찾아내 막 찍 at as it be can not
"""
STOP = frozenset(_WORDS.split())
_FORMS = """
사진 이미지 영상 동영상 비디오 카메라 화면 촬영 그림 센서 기계 장치 기기 로그 기록 인식 인지 탐지 감지 검출 예측 예상 예지
분석 분류 구분 판별 식별 확인 검사 진단 측정 감시 관리 평가 조사 위험 안전 문제 사람 이유 방지 예방 판단 발견
자동 검색 처리 변화 특성 유형
환경 상황 현장
photo photos image images picture pictures video videos camera sensor sensors recognition detection prediction classification
analysis monitoring records logs usage labeled labelled korean
"""
FORMS = frozenset(_FORMS.split())
"""Words for the form or the use of data: they part few listings, and stand in needs beside the subject."""
